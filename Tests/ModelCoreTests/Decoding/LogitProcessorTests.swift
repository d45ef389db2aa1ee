import ModelCore
import TensorCore
import Testing

@Suite struct LogitProcessorTests {
  /// ln of .125, .375, 0, .25 and .25.
  static let logits = ElementaryKernels.logarithms(of: [0.125, 0.375, 0, 0.25, 0.25])

  /// The logits after the processors that settings create.
  private func processed(
    _ logits: [Float] = logits, after tokens: [Int32] = [0], promptCount: Int = 1,
    callers: [any LogitProcessor] = [], _ change: (inout SamplingSettings) -> Void
  ) -> [Float] {
    var settings = SamplingSettings()
    change(&settings)
    var logits = logits
    var span = logits.mutableSpan
    for processor in LogitProcessors.all(for: settings, callers: callers) {
      processor.process(&span, SamplingContext(tokens: tokens, promptCount: promptCount))
    }
    return logits
  }

  private func kept(_ change: (inout SamplingSettings) -> Void) -> [Int] {
    let logits = processed(Self.logits, change)
    return logits.indices.filter { logits[$0] > -.infinity }
  }

  @Test func `without settings nothing is processed`() {
    #expect(LogitProcessors.all(for: SamplingSettings()).isEmpty)
  }

  @Test func `temperature divides`() {
    #expect(processed([1, -2, 0.5]) { $0.temperature = 0.5 } == [2, -4, 1])
  }

  @Test func `top-k keeps the k likeliest, the lower id among equals`() {
    #expect(kept { $0.topK = 1 } == [1])
    #expect(kept { $0.topK = 2 } == [1, 3])
    #expect(kept { $0.topK = 3 } == [1, 3, 4])
    #expect(kept { $0.topK = 4 } == [0, 1, 3, 4])
    #expect(kept { $0.topK = 99 } == [0, 1, 3, 4])
  }

  @Test func `top-p keeps the smallest set that reaches p`() {
    // Ranked 1, 3, 4, 0: .375, .625, .875, 1.
    #expect(kept { $0.topP = 0.001 } == [1])
    #expect(kept { $0.topP = 0.37 } == [1])
    #expect(kept { $0.topP = 0.38 } == [1, 3])
    #expect(kept { $0.topP = 0.7 } == [1, 3, 4])
    #expect(kept { $0.topP = 0.9 } == [0, 1, 3, 4])
  }

  @Test func `top-p is a share of what top-k left`() {
    // For tokens 1 and 3, .375 / .625 = .6 reaches .59 but not .61.
    #expect(
      kept {
        $0.topK = 2
        $0.topP = 0.59
      } == [1])
    #expect(
      kept {
        $0.topK = 2
        $0.topP = 0.61
      } == [1, 3])
  }

  @Test func `min-p keeps what is near enough to the likeliest`() {
    // .25 / .375 = .667, .125 / .375 = .333.
    #expect(kept { $0.minP = 0.3 } == [0, 1, 3, 4])
    #expect(kept { $0.minP = 0.4 } == [1, 3, 4])
    #expect(kept { $0.minP = 0.7 } == [1])
  }

  @Test func `filters agree with sorting everything`() {
    var stream = RandomStream(seed: 1, purpose: "filters")
    for count in [1, 2, 17, 300] {
      let logits = (0..<count).map { _ in Float(stream.int(in: -20...20)) / 4 }
      let ranked = logits.indices.sorted {
        logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
      }
      for k in [1, 2, 5, 16, 200] {
        let found = processed(logits) { $0.topK = k }
        #expect(
          found.indices.filter { found[$0] > -.infinity } == ranked.prefix(k).sorted(),
          "the first \(k) of \(count)")
      }
    }
  }

  @Test func `the repetition penalty is Hugging Face's`() {
    // RepetitionPenaltyLogitsProcessor(1.3) on ids [1, 2, 1] and these scores.
    let found = processed([1, 2, -3, 4], after: [1, 2, 1], promptCount: 2) {
      $0.repetitionPenalty = 1.3
    }
    let expected: [Float] = [1, 2 / 1.3, -3 * 1.3, 4]
    #expect(found == expected)
  }

  @Test func `banned tokens go, forced ones stay alone`() {
    #expect(kept { $0.bannedTokens = [1, 4] } == [0, 3])
    #expect(kept { $0.forcedTokens = [0: 2] } == [2])
    #expect(kept { $0.forcedTokens = [1: 2] } == [0, 1, 3, 4])
    let later = processed(Self.logits, after: [0, 3], promptCount: 1) {
      $0.forcedTokens = [1: 2]
      $0.bannedTokens = [2]
    }
    #expect(later.indices.filter { later[$0] > -.infinity } == [2])
  }

  @Test func `a stop token's logit follows its schedule`() {
    let knots = [(2, 0.0), (4, 1.0), (8, -1.0)].map {
      StopTokenScale.Knot(position: $0.0, value: $0.1)
    }
    let add = StopTokenScale(token: 1, operation: .add, knots: knots)
    let values = [0, 2, 3, 4, 5, 8, 100].compactMap { add.value(at: $0) }
    let expected: [Double] = [0, 0, 0.5, 1, 0.5, -1, -1]
    #expect(values == expected)
    #expect(
      processed([3, 4], after: [0, 0, 0, 0], promptCount: 1) { $0.stopTokenScale = add }[1] == 4.5)
    let multiply = StopTokenScale(token: 1, operation: .multiply, knots: knots)
    #expect(
      processed([3, 4], after: [0, 0, 0, 0], promptCount: 1) { $0.stopTokenScale = multiply }[1]
        == 2)
  }

  /// A processor that adds its position to the first logit.
  private struct Nudge: LogitProcessor {
    func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
      logits[0] += Float(context.position)
    }
  }

  @Test func `a caller's processor comes after the penalty and before temperature`() {
    let found = processed([4, 1], after: [0, 0], promptCount: 1, callers: [Nudge()]) {
      $0.repetitionPenalty = 2
      $0.temperature = 0.5
    }
    #expect(found == [6, 2])
  }
}
