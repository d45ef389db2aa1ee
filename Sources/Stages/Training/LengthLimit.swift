import Fields
import PipelineCore
package import Reasoning

/// The choice among what may become of an example that is longer than `max_length`.
package enum Truncation: String, FieldChoice {
  case error, drop, cut

  package var meaning: String {
    switch self {
    case .error: "the stage fails, and names the longest"
    case .drop: "the example is left out"
    case .cut: "the response is cut, and no end of it is learned"
    }
  }
}

/// The most tokens of an example, prompt and response together.
package struct LengthLimit: Sendable {
  package let maxLength: Int
  package let truncation: Truncation

  package init(maxLength: Int, truncation: Truncation) {
    self.maxLength = maxLength
    self.truncation = truncation
  }

  /// Returns each example as it is learned; nil for one that is left out.
  /// - Parameters:
  ///   - name: names the example at a place: `row 3 of split 'train' ('2+2=')`.
  ///   - tell: is told how many were left out or cut.
  /// - Throws: `StageFailure` if one is too long under `error`, or none is left.
  package func applied(
    to examples: [SupervisedExample], name: (Int) -> String, tell: (String) -> Void
  ) throws -> [SupervisedExample?] {
    let long = examples.indices.filter { examples[$0].tokens.count > maxLength }
    guard let longest = long.max(by: { examples[$0].tokens.count < examples[$1].tokens.count })
    else { return examples }
    let limit = "'max_length' of \(maxLength) tokens"
    let counted = "\(long.count) of \(examples.count) examples"
    var fitted: [SupervisedExample?] = examples
    switch truncation {
    case .error:
      throw StageFailure(
        "\(counted) \(long.count == 1 ? "is" : "are") longer than the \(limit); the longest, "
          + "\(name(longest)), has \(examples[longest].tokens.count); raise 'max_length', or "
          + "write 'truncation: drop' or 'truncation: cut'")
    case .drop:
      for place in long { fitted[place] = nil }
      tell("left out \(counted), which are longer than the \(limit)")
    case .cut:
      for place in long {
        let cut = examples[place].cut(to: maxLength)
        fitted[place] = cut.learnedCount > 0 ? cut : nil
      }
      let lost = long.count { fitted[$0] == nil }
      tell(
        "cut \(counted) at the \(limit)"
          + (lost == 0 ? "" : "; \(lost) of them had no room for a response and are left out"))
    }
    guard fitted.contains(where: { $0 != nil }) else {
      throw StageFailure(
        "the \(limit) leaves none of the \(examples.count) examples; the longest, "
          + "\(name(longest)), has \(examples[longest].tokens.count)")
    }
    return fitted
  }
}
