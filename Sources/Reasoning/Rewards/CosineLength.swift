package import Fields
import TensorCore

/// Half a cosine of the length, between two bounds for correct responses and two for wrong ones.
///
/// With p = min(L / max_new_tokens, 1): a correct response gets min + (max - min)(1 + cos πp) / 2,
/// from max_value_correct at length 0 down to min_value_correct at the limit. A wrong one goes the
/// other way, from min_value_wrong up to max_value_wrong, to reward longer attempts. Yeo et al.
/// 2025, Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), appendix C.1, without its
/// penalty for exceeding the limit.
package struct CosineLength: RewardTerm {
  package var minValueWrong = 0.0
  package var maxValueWrong = 0.0
  package var minValueCorrect = 0.0
  package var maxValueCorrect = 0.0

  package init() {}

  package init(wrong: ClosedRange<Double>, correct: ClosedRange<Double>) {
    (minValueWrong, maxValueWrong) = (wrong.lowerBound, wrong.upperBound)
    (minValueCorrect, maxValueCorrect) = (correct.lowerBound, correct.upperBound)
  }

  package static let name = "cosine_length"
  package static let meaning = "Correctness that falls with length when right and rises when wrong"
  package static let replacesCorrectness = true
  package static var fields: [Field<CosineLength>] {
    [
      .float(
        "min_value_wrong", \.minValueWrong, .finite, "Reward of a wrong response of length 0",
        .semantic,
        required: true),
      .float(
        "max_value_wrong", \.maxValueWrong, .finite, "Reward of a wrong response at the limit",
        .semantic,
        required: true),
      .float(
        "min_value_correct", \.minValueCorrect, .finite,
        "Reward of a correct response at the limit",
        .semantic, required: true),
      .float(
        "max_value_correct", \.maxValueCorrect, .finite, "Reward of a correct response of length 0",
        .semantic, required: true),
    ]
  }

  package func issues() -> [FieldIssue] {
    [("wrong", minValueWrong, maxValueWrong), ("correct", minValueCorrect, maxValueCorrect)]
      .filter { $0.1 > $0.2 }.map { name, least, _ in
        FieldIssue(
          ["min_value_\(name)"], "min_value_\(name) is above max_value_\(name)",
          help: "swap the two")
      }
  }

  package var range: ClosedRange<Double>? {
    let values = [minValueWrong, maxValueWrong, minValueCorrect, maxValueCorrect].sorted()
    return values[0]...values[3]
  }
  package var shapesLength: Bool { true }

  package func values(for group: ResponseGroup) -> [Double] {
    group.responses.map { response in
      let progress = min(Double(response.tokenCount) / Double(group.maxNewTokens), 1)
      let (end, start) =
        response.isCorrect
        ? (minValueCorrect, maxValueCorrect) : (maxValueWrong, minValueWrong)
      return end + (start - end) * (1 + DeterministicMath.cosine(.pi * progress)) / 2
    }
  }
}
