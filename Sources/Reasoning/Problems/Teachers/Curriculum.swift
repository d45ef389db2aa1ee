package import Fields

/// Starts with easy problems and adds difficulties one after another.
///
/// At progress p (0 at the start of training, 1 at its end) difficulties up to 1 + floor(6 p /
/// span) are sampled.
package struct Curriculum: FieldGroup {
  package var span = 0.2

  package init() {}

  package static let meaning = "Easy problems first: difficulties open one after another"
  package static var fields: [Field<Curriculum>] {
    [
      .float(
        "span", \.span, FloatRange(0, 1, excludesLower: true),
        "Share of training after which every difficulty is open", .semantic)
    ]
  }

  package func maxDifficulty(progress: Double) -> Int {
    1 + Int(min(5, (6 * progress / span).rounded(.down)))
  }
}

/// Lines of pure arithmetic among the first examples, which become rarer as training proceeds.
///
/// At progress p an example is a drill with probability max(0, probability (1 - p / until)).
package struct Drills: FieldGroup {
  package var probability = 0.5
  package var until = 0.35

  package init() {}

  package static let meaning = "Lines of pure arithmetic among the first examples, fading out"
  package static var fields: [Field<Drills>] {
    [
      .float(
        "probability", \.probability, .unit, "Chance of a drill at the start of training",
        .semantic),
      .float(
        "until", \.until, FloatRange(0, 1, excludesLower: true),
        "Share of training after which no drills are given", .semantic),
    ]
  }

  package func probability(progress: Double) -> Double {
    max(0, probability * (1 - progress / until))
  }
}
