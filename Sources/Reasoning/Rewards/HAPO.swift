package import Fields
import TensorCore

/// Length reward relative to the shortest correct response seen for this question.
///
/// HAPO, Huang et al. 2025 (arXiv 2505.11225), with h the shortest correct length so far of the
/// question and f = cos(min(L/h · π/2, π)):
///
///     correct: max(f, -0.7)     wrong: min(f, 0)     while no h is known: 0
///
/// h is updated after a batch was scored; the other mode of the authors' code keeps the mean of all
/// correct lengths. The paper's weight for this term is 1.
package struct HAPO: RememberingTerm {
  package enum Mode: String, FieldChoice {
    case min, mean
    package var meaning: String {
      switch self {
      case .min: "the shortest correct response so far"
      case .mean: "the mean of all correct responses so far"
      }
    }
  }

  package var mode = Mode.min
  package var minValueCorrect = -0.7

  package init() {}

  package init(mode: Mode, minValueCorrect: Double = -0.7) {
    self.mode = mode
    self.minValueCorrect = minValueCorrect
  }

  package static let name = "hapo"
  package static let meaning =
    "Compares a response's length with earlier correct responses to the same question"
  package static var fields: [Field<HAPO>] {
    [
      .choice("mode", \.mode, "The length to compare with", .semantic),
      .float(
        "min_value_correct", \.minValueCorrect, FloatRange(-1, 0),
        "The lowest reward of a correct response, which keeps it above wrong ones", .semantic),
    ]
  }

  package var shapesLength: Bool { true }

  package func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]] {
    batch.map { group in
      let known = memory.problems[group.problemID]?.first
      return group.responses.map { response in
        guard let known, known > 0 else { return 0 }
        let angle = Swift.min(Double(response.tokenCount) / known * (.pi / 2), .pi)
        let f = DeterministicMath.cosine(angle)
        return response.isCorrect ? max(f, minValueCorrect) : Swift.min(f, 0)
      }
    }
  }

  /// Stores [h], or [mean, count].
  package func remember(_ batch: [ResponseGroup], in memory: inout TermMemory) {
    for group in batch {
      let lengths = group.responses.filter(\.isCorrect).map { Double($0.tokenCount) }
      guard let shortest = lengths.min() else { continue }
      let known = memory.problems[group.problemID]
      switch mode {
      case .min:
        memory.problems[group.problemID] = [Swift.min(shortest, known?[0] ?? .infinity)]
      case .mean:
        let before = known?[1] ?? 0
        let count = before + Double(lengths.count)
        let sum = lengths.reduce((known?[0] ?? 0) * before, +)
        memory.problems[group.problemID] = [sum / count, count]
      }
    }
  }
}
