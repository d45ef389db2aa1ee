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

  @Test(arguments: [1, 2, 17, 300, 5000], [4, 1e-3, 1e30])
  func `filters agree with sorting everything`(count: Int, scale: Float) {
    var stream = RandomStream(seed: 1, purpose: "filters")
    // Many are equal; some are removed, no number, or as large as can be.
    var logits = (0..<count).map { _ in Float(stream.int(in: -2000...2000)) / 64 * scale }
    for id in stride(from: 3, to: count, by: 7) { logits[id] = -.infinity }
    for id in stride(from: 5, to: count, by: 90) { logits[id] = .nan }
    if scale == 4, count == 300 { logits[8] = .infinity }
    let ranked = logits.indices.filter { logits[$0] > -.infinity }.sorted {
      logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
    }
    func expectKept(_ kept: some Swift.Sequence<Int>, _ found: [Float], _ what: String) {
      let kept = Set(kept)
      let expected = logits.indices.map {
        kept.contains($0) || logits[$0].isNaN ? logits[$0] : -.infinity
      }
      #expect(bits(found) == bits(expected), "\(what) of \(count)")
    }
    for k in [1, 2, 5, 16, 128, 129, 700, 4000] where k < count {
      let found = processed(logits) { $0.topK = k }
      expectKept(ranked.prefix(k), found, "the first \(k)")
    }
    let largest = ranked.first.map { logits[$0] } ?? 0
    let weights = ElementaryKernels.exponentials(of: logits.map { $0 - largest })
    for p in [1e-9, 0.3, 0.9, 0.999999] {
      let goal = p * weights.reduce(0) { $0 + Double($1) }
      var reached = 0.0
      let kept = ranked.enumerated().prefix { rank, id in
        defer { reached += Double(weights[id]) }
        return reached < goal || rank == 0
      }
      let found = processed(logits) { $0.topP = p }
      expectKept(kept.map(\.element), found, "the share \(p)")
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
