/// The parts of what stands after a problem's prompt, which decide how long a sequence may grow.
package enum ResponseShape: Sendable, Hashable {
  /// A header and a whole response.
  case whole(after: ResponseHeader)
  /// A thought without a budget before it, the bridge that ends it, and an answer.
  case cut(thinkingBudget: Int, answerBudget: Int)
}

extension ResponseFormat {
  /// The most tokens after a problem's prompt: what is given before a response, and the response.
  /// - Parameter maxNewTokens: the most tokens of a whole response.
  package func longestSequence(_ shape: ResponseShape, maxNewTokens: Int) -> Int {
    switch shape {
    case .whole(let header): tokens(of: header).count + maxNewTokens
    case .cut(let thinkingBudget, let answerBudget):
      tokens(of: .none).count + thinkingBudget + bridge.count + answerBudget
    }
  }

  /// The header with the largest budget, which is the longest.
  package var longestHeader: ResponseHeader { .given(largestBudget) }
}
