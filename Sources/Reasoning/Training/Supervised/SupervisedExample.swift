package import TensorCore

/// A sequence to learn from, with a loss weight for each token.
package struct SupervisedExample: Sendable, Hashable {
  package let tokens: [Int32]
  /// `weights[i]` is the weight of predicting `tokens[i]` from the tokens before it. The first
  /// token has none before it, so its weight has no effect.
  package let weights: [Float]

  /// Builds an example.
  /// - Parameter forced: places in `learned` that were forced, so they are not learned.
  init(given: [Int32], learned: [Int32], forced: [Int] = []) {
    tokens = given + learned
    var weights =
      [Float](repeating: 0, count: given.count) + [Float](repeating: 1, count: learned.count)
    for place in forced { weights[given.count + place] = 0 }
    self.weights = weights
  }

  /// Number of tokens whose prediction has a weight.
  package var learnedCount: Int { weights.dropFirst().count { $0 != 0 } }

  /// The first `maxLength` tokens. A response that is cut has no end, so none is learned.
  package func cut(to maxLength: Int) -> SupervisedExample {
    SupervisedExample(
      tokens: Array(tokens.prefix(maxLength)), weights: Array(weights.prefix(maxLength)))
  }

  /// A conversation of which the generated tokens are learned, up to the last of them.
  init(_ chat: MaskedConversation) {
    let count = (chat.isGenerated.lastIndex(of: true) ?? -1) + 1
    self.init(
      tokens: Array(chat.tokens.prefix(count)),
      weights: chat.isGenerated.prefix(count).map { $0 ? 1 : 0 })
  }

  private init(tokens: [Int32], weights: [Float]) {
    self.tokens = tokens
    self.weights = weights
  }

  /// Prompt and response, learning the whole response.
  package static func complete(
    _ problem: Problem, _ trace: TeacherTrace, in format: any ResponseFormat
  ) throws(ProblemError) -> SupervisedExample {
    SupervisedExample(
      given: try format.prompt(of: problem, header: .none), learned: try format.response(trace))
  }

  /// The first `cut` tokens of the thinking and then a correct answer, to learn answering from
  /// partial work. The bridge between them is not learned, because a budget forces it.
  package static func truncated(
    _ problem: Problem, _ trace: TeacherTrace, cut: Int, in format: any ResponseFormat
  ) throws(ProblemError) -> SupervisedExample {
    let verifier = try AnswerVerifiers.of(problem)
    // The trace's own answer if it is correct, so that it fits the thinking.
    let answered =
      verifier.accepts(trace.answer, for: problem)
      ? trace : TeacherTrace(thinking: trace.thinking, answer: problem.answer)
    return SupervisedExample(
      given: try format.prompt(of: problem, header: .none)
        + format.encode(trace.thinking).prefix(cut) + format.bridge,
      learned: try format.encode(format.bridgedAnswer(of: answered)) + [format.endOfResponse])
  }

  /// Ten lines of pure arithmetic, `~a o b = r;` with a in 0...9 and b in 1...5, all learned.
  package static func drill(
    in format: any ResponseFormat, using stream: inout RandomStream
  ) throws(ProblemError) -> SupervisedExample {
    var lines = ""
    for _ in 0..<10 {
      let left = stream.int(in: 0...9)
      let operation = stream.choose(DigitOperation.allCases)
      let right = stream.int(in: 1...5)
      lines += "~\(left)\(operation.symbol)\(right)=\(operation(left, right));"
    }
    return SupervisedExample(given: [], learned: try format.encode(lines))
  }
}
