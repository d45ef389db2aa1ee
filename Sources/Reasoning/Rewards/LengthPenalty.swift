package import Fields

/// Subtracts α times a function of the length.
///
/// With correctness and the default type, r = 1{correct} (1 - α σ((L - μ) / (s + 1e-7))): Arora and
/// Zanette 2025. `Lengths` has a file for each type, with its formula and source.
package struct LengthPenalty: RewardTerm {
  package enum Target: String, FieldChoice {
    case correct, all
    package var meaning: String {
      switch self {
      case .correct: "correct responses, compared with one another"
      case .all: "all responses, right or wrong"
      }
    }
  }

  package var type = SigmoidLength.name
  package var alpha = 0.0
  package var applyTo: Target?

  package init() {}

  package init(_ type: String = SigmoidLength.name, alpha: Double, applyTo: Target? = nil) {
    self.type = type
    self.alpha = alpha
    self.applyTo = applyTo
  }

  package static let name = "length_penalty"
  package static let meaning = "Takes reward from long responses"
  package static var fields: [Field<LengthPenalty>] {
    [
      .choice("type", \.type, of: LengthShapes.choices, "The penalty's shape", .semantic),
      .float(
        "alpha", \.alpha, .unit, "Weight of the penalty; 0 for none", .semantic, required: true),
      .choice(
        "apply_to", \.applyTo,
        "The responses it applies to; absent for those of the type's source",
        .semantic),
    ]
  }

  private var shape: any LengthShape.Type { LengthShapes.named(type) ?? SigmoidLength.self }
  package var problemNumbers: [ProblemNumber] { shape.problemNumbers }

  package func issues() -> [FieldIssue] {
    guard let applyTo, !shape.targets.contains(applyTo) else { return [] }
    return [
      FieldIssue(
        ["apply_to"], "type '\(type)' applies to \(shape.targets[0].rawValue) responses only",
        help: "write 'apply_to: \(shape.targets[0].rawValue)', or leave it out")
    ]
  }

  package var shapesLength: Bool { true }

  package func values(for group: ResponseGroup) -> [Double] {
    let target = applyTo ?? shape.targets[0]
    let concerned = group.responses.indices.filter {
      target == .all || group.responses[$0].isCorrect
    }
    let amounts = shape.amounts(for: concerned, of: group, alpha: alpha)
    var values = [Double](repeating: 0, count: group.responses.count)
    for (index, amount) in zip(concerned, amounts) { values[index] = -amount }
    return values
  }
}

/// Converts a length to a penalty. A new one is a file in `Lengths` and a line in `LengthShapes`.
package protocol LengthShape: Sendable {
  static var name: String { get }
  static var meaning: String { get }
  /// The responses it can apply to, with the source's choice first.
  static var targets: [LengthPenalty.Target] { get }
  static var problemNumbers: [ProblemNumber] { get }

  /// Returns the penalty of each response it applies to.
  /// - Parameter concerned: places of these responses in `group.responses`, in order.
  static func amounts(for concerned: [Int], of group: ResponseGroup, alpha: Double) -> [Double]
}

extension LengthShape {
  package static var problemNumbers: [ProblemNumber] { [] }
}

package enum LengthShapes {
  package static let all: [any LengthShape.Type] = [
    SigmoidLength.self,
    ExactLength.self,
    MaximumLength.self,
    ShortestCorrectLength.self,
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any LengthShape.Type)? {
    all.first { $0.name == name }
  }
}
