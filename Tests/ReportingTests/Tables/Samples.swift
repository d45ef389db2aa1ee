import Reporting

/// A table in the form that papers print, with features that make layout hard: groups, errors in
/// some rows only, a missing number.
let sampleTable = ReportTable(
  title: "Accuracy against tokens",
  columns: [
    .init("policy", alignment: .leading),
    .init("accuracy", group: "easy"), .init("mean_tokens", group: "easy"),
    .init("accuracy", group: "medium"), .init("mean_tokens", group: "medium"),
  ],
  rows: [
    [
      .text("base"), .number(0.899, digits: 3, error: 0.011), .number(88.1, digits: 1, error: 2),
      .number(0.704, digits: 3, error: 0.02), .number(103.44, digits: 1, error: 0.9),
    ],
    [
      .text("RL α=0.1"), .number(0.912, digits: 3), .number(71, digits: 1),
      .number(0.69, digits: 3, error: 0.018), .number(90.2, digits: 1, error: 10.26),
    ],
    [
      .text("RL α=0.4"), .missing, .number(64.3, digits: 1), .number(1.0 / 3, digits: 3),
      .number(80, digits: 1),
    ],
  ],
  notes: ["± is half of a 95 % interval over 3 seeds."])
