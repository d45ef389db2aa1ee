import Fields

/// The ways in which an answer may differ from its reference, if the problem says so.
struct MathAllowances: Sendable {
  /// A number may differ by `absolute + relative · |reference|`.
  var absolute = 0.0
  var relative = 0.0
  /// A solved inequality is right for an interval.
  var inequality = false
  /// Another name of the variables is right: x² for n².
  var renamed = false

  static let choices = [
    Choice("inequality", "a solved inequality where the reference is an interval"),
    Choice("renamed", "other names of the variables"),
  ]

  init() {}

  init(of problem: Problem) {
    guard let fields = problem.fields else { return }
    absolute = Self.number(fields[VerifierOptions.absTolerance])
    relative = Self.number(fields[VerifierOptions.relTolerance])
    let allowed =
      switch fields[VerifierOptions.allow] {
      case .texts(let names): names
      case .string(let name): [name]
      default: [String]()
      }
    inequality = allowed.contains("inequality")
    renamed = allowed.contains("renamed")
  }

  private static func number(_ field: ProblemField?) -> Double {
    switch field {
    case .int(let number): Double(max(0, number))
    case .double(let number) where number >= 0 && number.isFinite: number
    default: 0
    }
  }

  /// True if two numbers without names are as near as they may be. Floating point decides, with the
  /// bound of its error.
  func accepts(_ answer: MathNode, for reference: MathNode) -> Bool {
    guard absolute > 0 || relative > 0, !answer.hasVariable, !reference.hasVariable else {
      return false
    }
    var evaluations = (ApproximateEvaluation(point: 0), ApproximateEvaluation(point: 0))
    guard let one = evaluations.0.value(answer), let other = evaluations.1.value(reference) else {
      return false
    }
    let room = absolute + relative * abs(other.value)
    return abs(one.value - other.value) <= room * (1 + 0x1p-50) + one.error + other.error
  }
}
