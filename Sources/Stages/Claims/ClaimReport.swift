import Algorithms
package import Fields
import PipelineCore
package import Reporting

/// Outcomes of claims, as JSON with every number and as a table.
package struct ClaimReport {
  package static let path = "claims.json"

  package let title: String
  package let outcomes: [ClaimOutcome]
  /// The stages behind these results that ran external programs.
  package let programs: [String]
  private let scores: Scores

  /// Sorts outcomes by the papers' numbering, then by name.
  package init(
    title: String, _ outcomes: [ClaimOutcome], programs: [String] = [],
    scores: Scores = Scores()
  ) {
    self.title = title
    self.scores = scores
    self.programs = programs
    self.outcomes = outcomes.sorted {
      let (a, b) = ($0.claim.paper?.numbered, $1.claim.paper?.numbered)
      if a == nil || b == nil { return a != nil || (b == nil && $0.name < $1.name) }
      guard let a, let b else { return false }
      return (a.letters, a.number, $0.name) < (b.letters, b.number, $1.name)
    }
  }

  package var table: ReportTable {
    ReportTable(
      title: title,
      columns: [
        .init("claim", alignment: .leading), .init("where", alignment: .leading),
        .init("compare"), .init("with"), .init("change"), .init("from"), .init("to"), .init("%"),
        .init("sees"), .init("verdict", alignment: .leading),
      ],
      rows: outcomes.flatMap { outcome in
        outcome.parts.enumerated().map { index, part in row(outcome, part, isFirst: index == 0) }
      },
      notes: notes, labelColumns: 2)
  }

  private func row(
    _ outcome: ClaimOutcome, _ part: ClaimOutcome.Part, isFirst: Bool
  ) -> [Cell] {
    func cell(_ value: Double?) -> Cell {
      value.map { .number($0, digits: $0.magnitude < 10 ? 3 : 1) } ?? .missing
    }
    let numbers = part.numbers
    let interval = numbers?.interval
    return [
      .text(isFirst ? outcome.heading : ""), .text(part.place), cell(numbers?.value),
      cell(numbers?.other),
      cell(numbers?.change), cell(interval?.lowerBound), cell(interval?.upperBound),
      interval == nil ? .missing : .number(outcome.claim.expect.level * 100, digits: 0),
      cell(numbers?.detectable),
      .text(part.verdict.rawValue),
    ]
  }

  private var notes: [String] {
    let counts = [ClaimVerdict.held, .notHeld, .undecided].map { verdict in
      (verdict, outcomes.count { $0.verdict == verdict })
    }
    var notes = [
      counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ") + ".",
      "From, to: interval of the change over paired seeds and questions, at 95 %, within a margin "
        + "at 90 % (two one-sided tests of 5 %). Sees: the smallest true change that as many seeds "
        + "and questions find four times in five.",
    ]
    for outcome in outcomes {
      notes.append("\(outcome.heading): \(outcome.sentence) — \(outcome.verdict.rawValue).")
      notes += outcome.parts.compactMap { part in
        part.obstacle.map {
          "  \(part.numbers == nil ? "Not computed" : "Undecided"): \($0)."
        }
      }.uniqued(on: \.self)
      if outcome.verdict != .held, let why = outcome.claim.why { notes.append("  \(why)") }
    }
    notes += scores.notes(using: outcomes.map(\.claim.metric))
    if let note = ProgramNote.text(programs) { notes.append(note) }
    return notes
  }

  package var json: JSONText {
    .object([("claims", .array(outcomes.map(\.json)))])
  }
}

extension ClaimOutcome {
  /// The heading, for example `E1 shorter`.
  var heading: String { [claim.paper, name].compactMap { $0 }.joined(separator: " ") }

  /// The claim in words.
  package var sentence: String {
    let side = ResultSelection(claim.compare).text
    var words = claim.metric + " of " + side
    if !claim.relativeTo.isAbsent {
      words += ", relative to \(ResultSelection(claim.relativeTo).text),"
    }
    let amount =
      claim.scale == .ratio
      ? NumberFormat.percent(claim.margin, digits: 0) : NumberFormat.shortest(claim.margin)
    let other =
      claim.value.map(NumberFormat.shortest) ?? ResultSelection(claim.with).text
    switch claim.expect {
    case .falls, .rises:
      words += " \(claim.expect.rawValue) at every step along \(claim.along ?? "")"
      return words + (claim.margin > 0 ? " by more than \(amount)" : "")
    case .trendDown, .trendUp:
      words += " \(claim.expect == .trendUp ? "rises" : "falls") along \(claim.along ?? "") "
      words += "on a line through all of it"
      return words + (claim.margin > 0 ? ", by more than \(amount)" : "")
    case .equal: return words + " is within \(amount) of \(other)"
    case .notLower: return words + " is not lower than \(other) by \(amount)"
    case .notHigher: return words + " is not higher than \(other) by \(amount)"
    case .lower, .higher:
      return words + " is \(claim.expect.rawValue) than \(other)"
        + (claim.margin > 0 ? " by more than \(amount)" : "")
    }
  }

  fileprivate var json: JSONText {
    .object([
      ("name", .string(name)), ("paper", .optional(claim.paper)), ("claim", .string(sentence)),
      ("verdict", .string(verdict.rawValue)), ("why", .optional(claim.why)),
      ("margin", .double(claim.margin)), ("scale", .string(claim.scale.rawValue)),
      ("expect", .string(claim.expect.rawValue)), ("level", .double(claim.expect.level)),
      ("seeds", .string(claim.seeds.rawValue)), ("parts", .array(parts.map(\.json))),
    ])
  }
}

extension ClaimOutcome.Part {
  fileprivate var json: JSONText {
    func optional(_ value: Double?) -> JSONText { value.map { .double($0) } ?? .null }
    return .object([
      ("where", .string(place)), ("value", optional(numbers?.value)),
      ("other", optional(numbers?.other)), ("change", optional(numbers?.change)),
      ("lower", optional(numbers?.interval?.lowerBound)),
      ("upper", optional(numbers?.interval?.upperBound)),
      ("detectable", optional(numbers?.detectable)), ("seeds", .int(numbers?.seeds ?? 0)),
      ("questions", .int(numbers?.questions ?? 0)), ("verdict", .string(verdict.rawValue)),
      ("obstacle", .optional(obstacle?.description)),
    ])
  }
}

extension String {
  /// A number such as `E10`, split into its letters and its digits, so that E2 sorts before E10.
  fileprivate var numbered: (letters: String, number: Int) {
    (String(prefix { !$0.isNumber }), Int(drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0)
  }
}
