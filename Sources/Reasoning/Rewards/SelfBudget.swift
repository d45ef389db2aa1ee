package import Fields
import TensorCore

/// Reward for stating a budget that is no larger than needed, and for keeping to it.
///
/// SelfBudgeter, Li et al. 2025 (arXiv 2505.11274). A response states a budget b and has length l;
/// b_max is the length at which the starting policy was correct, infinite if it was not; α is the
/// tolerance. A response without the right format gets r_f = `format_penalty` and nothing else. Any
/// other gets
///
///     P_B + PreB,  P_B = r_b where b > b_max (`budget_penalty`), else 0
///     PreB = s_min                                                       if |l - b| / b > α
///          = s_min + (s_max - s_min) (1 + cos(π |l - b_best| / (2 α b))) / 2       otherwise
///
/// with b_best = (1 - α) b if correct, which makes correct answers shorter, and (1 + α) b if wrong;
/// s_min and s_max are `min_value_*` and `max_value_*` of each case. Format, P_B, b_best and the
/// tolerance that falls linearly from 6 to 0.1 are the paper's. Its full text was not available, so
/// the cosine's argument is the simplest that fits the published description, and the constants are
/// this project's, chosen to satisfy the paper's condition min_value_correct + budget_penalty >=
/// max_value_wrong.
///
/// `symmetric` has its peak at b itself:
///
///     PreB = s_min + (s_max - s_min) (1 + cos(π min(1, |l - b| / (α b)))) / 2
package struct SelfBudget: RewardTerm {
  package enum Shape: String, FieldChoice {
    case paper, symmetric
    package var meaning: String {
      switch self {
      case .paper: "best at the short edge of the window when right, at the long edge when wrong"
      case .symmetric: "best at the stated budget itself"
      }
    }
  }

  /// The tolerance α, linear over training: at step s of S, counted from 0, it has moved the
  /// fraction s / S of the way from `start` to `end`.
  package struct Tolerance: FieldGroup {
    package var start = 6.0
    package var end = 0.1

    package init() {}
    package init(start: Double, end: Double) {
      self.start = start
      self.end = end
    }

    package static let meaning =
      "Allowed distance of a length from the stated budget, as a share of it"
    package static var fields: [Field<Tolerance>] {
      [
        .float("start", \.start, .positive, "The window at the start of training", .semantic),
        .float("end", \.end, .positive, "The window at the end of training", .semantic),
      ]
    }
  }

  package var type = Shape.paper
  package var tolerance = Tolerance()
  package var formatPenalty = -1.0
  package var budgetPenalty = -0.4
  package var minValueWrong = -0.5
  package var maxValueWrong = 0.0
  package var minValueCorrect = 0.5
  package var maxValueCorrect = 1.0

  package init() {}

  package static let name = "self_budget"
  package static let meaning = "Correctness, a small stated budget, and keeping to it"
  package static let replacesCorrectness = true
  package static var fields: [Field<SelfBudget>] {
    [
      .choice("type", \.type, "The place in the window with the highest reward", .semantic),
      .group("tolerance", \.tolerance, Tolerance.meaning, .semantic),
      .float(
        "format_penalty", \.formatPenalty, .finite, "The whole reward of a malformed response",
        .semantic),
      .float(
        "budget_penalty", \.budgetPenalty, FloatRange(-.infinity, 0, excludesLower: true),
        "Added where the stated budget is above b_max", .semantic),
      .float(
        "min_value_wrong", \.minValueWrong, .finite,
        "Reward of a wrong response outside the window",
        .semantic),
      .float(
        "max_value_wrong", \.maxValueWrong, .finite,
        "Reward of a wrong response at its best length",
        .semantic),
      .float(
        "min_value_correct", \.minValueCorrect, .finite,
        "Reward of a correct response outside the window", .semantic),
      .float(
        "max_value_correct", \.maxValueCorrect, .finite,
        "Reward of a correct response at its best length", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues = [
      ("wrong", minValueWrong, maxValueWrong), ("correct", minValueCorrect, maxValueCorrect),
    ].filter { $0.1 > $0.2 }.map { name, _, _ in
      FieldIssue(
        ["min_value_\(name)"], "min_value_\(name) is above max_value_\(name)",
        help: "swap the two")
    }
    if minValueCorrect + budgetPenalty < maxValueWrong {
      issues.append(
        FieldIssue(
          ["budget_penalty"],
          "a right answer over budget could get less than a wrong one within it",
          help: "min_value_correct + budget_penalty must be at least max_value_wrong"))
    }
    return issues
  }

  package func issues(rollout: any RolloutSpecification) -> [FieldIssue] {
    guard !rollout.scoresBudgets, !rollout.headsBudgets else { return [] }
    return [
      FieldIssue(
        [], "'\(Self.name)' judges stated budgets, and responses state none",
        help: "write 'rollout: {budget_header: stated}'")
    ]
  }

  package var readsProgress: Bool { tolerance.start != tolerance.end }
  package var problemNumbers: [ProblemNumber] { [.largestBudget] }

  package var shapesLength: Bool { true }

  package func values(for group: ResponseGroup) -> [Double] {
    let alpha = tolerance.start + (tolerance.end - tolerance.start) * (group.progress ?? 0)
    let largest = group.problemFields[ProblemNumber.largestBudget.name] ?? .infinity
    return group.responses.map { response in
      guard response.formatIsValid, let stated = response.statedBudget else {
        return formatPenalty
      }
      let b = Double(stated)
      let control = precision(
        length: Double(response.tokenCount), budget: b, isCorrect: response.isCorrect,
        tolerance: alpha)
      return (b > largest ? budgetPenalty : 0) + control
    }
  }

  /// Returns PreB.
  private func precision(
    length l: Double, budget b: Double, isCorrect: Bool, tolerance alpha: Double
  ) -> Double {
    let (least, most) =
      isCorrect ? (minValueCorrect, maxValueCorrect) : (minValueWrong, maxValueWrong)
    let share: Double
    switch type {
    case .paper:
      guard abs(l - b) / b <= alpha else { return least }
      let best = (isCorrect ? 1 - alpha : 1 + alpha) * b
      share = abs(l - best) / (2 * alpha * b)
    case .symmetric:
      share = min(1, abs(l - b) / (alpha * b))
    }
    return least + (most - least) * (1 + DeterministicMath.cosine(.pi * share)) / 2
  }
}
