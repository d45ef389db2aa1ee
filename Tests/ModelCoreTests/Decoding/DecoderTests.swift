import ModelCore
import TensorCore
import Testing

@Suite struct DecoderTests {
  private func requests(_ prompts: [[Int32]], copies: Int = 1, seed: UInt64 = 0) -> [SampleRequest]
  {
    prompts.enumerated().flatMap { index, prompt in
      (0..<copies).map { copy in
        SampleRequest(
          prompt: prompt,
          stream: RandomStream(
            seed: seed, purpose: "sample", UInt64(index), UInt64(copy)))
      }
    }
  }

  private var settings: SamplingSettings {
    var settings = SamplingSettings()
    settings.maxNewTokens = 20
    settings.stopTokens = [0, 5]
    return settings
  }

  private func decoder(
    _ model: Transformer, maxRows: Int, threads: Int = 1
  ) -> Decoder {
    Decoder(
      model: model, backend: CPUBackend(numerics: .exact, threads: threads), maxRows: maxRows)
  }

  /// The trainer's log-probability of every token of every response.
  private func trainerBits(
    _ model: Transformer, _ requests: [SampleRequest], _ responses: [SampledResponse],
    _ settings: SamplingSettings
  ) throws -> [[UInt32]] {
    let sequences = zip(requests, responses).map { $0.prompt + $1.tokens }
    let layout = SequenceLayout(lengths: sequences.map(\.count))
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 2))
    let hidden = try model.forward(tape, tokens: Array(sequences.joined()), layout: layout)
    var rows: [Int32] = []
    for (index, response) in responses.enumerated() {
      let first = layout.offsets[index] + requests[index].prompt.count - 1
      rows += (first..<first + response.tokens.count).map { Int32($0) }
    }
    let values = try tape.logProbabilities(
      hidden, table: model.lmHead, rows: rows, targets: responses.flatMap(\.tokens),
      temperature: settings.temperature == 0 ? 1 : Float(settings.temperature),
      banned: settings.bannedTokens
    ).values
    var rest = values[...]
    return responses.map { response in
      defer { rest = rest.dropFirst(response.tokens.count) }
      return bits(Array(rest.prefix(response.tokens.count)))
    }
  }

  @Test(arguments: [false, true], [1, 2])
  func `log-probabilities have the trainer's bits`(convolution: Bool, threads: Int) throws {
    let model = try smallModel(convolution: convolution, tied: !convolution)
    let requests = requests(samplePrompts(9), copies: 2)
    for temperature in [1.0, 0.7, 0] {
      for maxRows in [1, 3, 32] {
        var settings = settings
        settings.temperature = temperature
        settings.bannedTokens = [2, 7]
        settings.topP = 0.95
        let responses = try decoder(model, maxRows: maxRows, threads: threads)
          .generate(requests, settings: settings)
        #expect(
          try trainerBits(model, requests, responses, settings)
            == responses.map { bits($0.logProbabilities) })
      }
    }
  }

  @Test func `the bits agree for long sequences too`() throws {
    let model = try smallModel()
    var settings = SamplingSettings()
    settings.maxNewTokens = 150
    let requests = requests(samplePrompts(3) + [(0..<70).map { $0 % 20 }])
    let responses = try decoder(model, maxRows: 3, threads: 2).generate(
      requests, settings: settings)
    #expect(responses.allSatisfy { $0.tokens.count == 150 && $0.stop == .length })
    #expect(
      try trainerBits(model, requests, responses, settings)
        == responses.map { bits($0.logProbabilities) })
  }

  @Test func `responses depend neither on rows, threads nor the order of requests`() throws {
    let model = try smallModel()
    let requests = requests(samplePrompts(8), copies: 4)
    let expected = try decoder(model, maxRows: 64).generate(requests, settings: settings)
    #expect(Set(expected.map(\.tokens)).count > 10)
    for (maxRows, threads) in [(1, 1), (2, 2), (3, 1), (5, 2), (31, 2), (64, 2)] {
      let found = try decoder(model, maxRows: maxRows, threads: threads)
        .generate(requests, settings: settings)
      #expect(found == expected, "\(maxRows) rows, \(threads) threads")
    }
    var order = Array(requests.indices)
    var stream = RandomStream(seed: 4, purpose: "order")
    stream.shuffle(&order)
    let shuffled = try decoder(model, maxRows: 6).generate(
      order.map { requests[$0] }, settings: settings)
    #expect(shuffled == order.map { expected[$0] })
  }

  @Test func `bf16 decodes the same at any number of rows and threads`() throws {
    let model = try smallModel(convolution: true)
    let requests = requests(samplePrompts(8), copies: 4)
    func responses(_ maxRows: Int, threads: Int) throws -> [SampledResponse] {
      try Decoder(
        model: model, backend: CPUBackend(numerics: .bf16, threads: threads), maxRows: maxRows
      ).generate(requests, settings: settings)
    }
    let expected = try responses(1, threads: 1)
    for (maxRows, threads) in [(9, 2), (32, 2), (32, 3)] {
      #expect(try responses(maxRows, threads: threads) == expected)
    }
  }

  @Test func `as many rows run together as have keys and values within the cache`() throws {
    let model = try smallModel()
    let exact = CPUBackend()
    func rows(_ maxRows: Int, _ capacity: Int, _ backend: CPUBackend) -> Int {
      Decoder(model: model, backend: backend, maxRows: maxRows).rowCount(capacity: capacity)
    }
    let weights = 4 * model.parameterCount
    for capacity in [64, 512, 2048] {
      let (found, size) = (rows(100_000, capacity, exact), model.memorySize(capacity: capacity))
      #expect(found % 12 == 0)
      #expect(found * size + weights <= 24_000_000 && (found + 12) * size + weights > 24_000_000)
      #expect(rows(5, capacity, exact) == 5)
      #expect(rows(100_000, capacity, CPUBackend(numerics: .blas)) > found, "rows decide its bits")
    }
    // Too long for a block of them: as many as fit into memory, or share it page by page.
    let size = model.memorySize(capacity: 1 << 13)
    #expect(rows(100_000, 1 << 13, exact) == 2_000_000_000 / size)
    #expect(rows(100_000, 1 << 20, exact) == Decoder.busyRowCount)
    #expect(rows(3, 1 << 30, exact) == 3)
    #expect(rows(3, 1 << 30, CPUBackend(numerics: .blas)) == 1, "rows decide its bits")
  }

  @Test func `a decoder that is kept gives what a new one gives`() throws {
    let model = try smallModel()
    let kept = decoder(model, maxRows: 4)
    for count in [9, 2, 6] {
      let requests = requests(samplePrompts(count, seed: UInt64(count)), copies: 3)
      #expect(
        try kept.generate(requests, settings: settings)
          == decoder(model, maxRows: 4).generate(requests, settings: settings))
    }
    for (mine, theirs) in zip(model.parameters, try smallModel(seed: 2).parameters) {
      mine.tensor.fill(from: theirs.tensor.values)
    }
    let requests = requests(samplePrompts(3))
    #expect(
      try kept.generate(requests, settings: settings)
        == decoder(try smallModel(seed: 2), maxRows: 4).generate(requests, settings: settings))
  }

  @Test func `a response ends with its first stop token or at the limit`() throws {
    let model = try smallModel()
    let requests = requests(samplePrompts(20), copies: 2)
    let responses = try decoder(model, maxRows: 8).generate(requests, settings: settings)
    for response in responses {
      #expect(response.tokens.count == response.logProbabilities.count)
      let body = response.tokens.dropLast()
      #expect(!body.contains { settings.stopTokens.contains($0) })
      switch response.stop {
      case .stopToken: #expect(settings.stopTokens.contains(response.tokens.last ?? -1))
      case .cancelled, .stopString: Issue.record("nobody cancelled, and there is no stop string")
      case .length:
        #expect(response.tokens.count == 20)
        #expect(!settings.stopTokens.contains(response.tokens.last ?? -1))
      }
    }
    #expect(Set(responses.map(\.stop)).count == 2)
  }

  @Test func `first tokens are as frequent as they are likely`() throws {
    let model = try smallModel()
    let count = 4000
    var settings = SamplingSettings()
    settings.maxNewTokens = 1
    let responses = try decoder(model, maxRows: 512).generate(
      requests([[3, 1, 4]], copies: count), settings: settings)
    var frequency: [Int32: Int] = [:]
    var likelihood: [Int32: Double] = [:]
    for response in responses {
      frequency[response.tokens[0], default: 0] += 1
      likelihood[response.tokens[0]] = DeterministicMath.exponential(
        Double(response.logProbabilities[0]))
    }
    #expect(frequency.count > 5)
    for (token, p) in likelihood.sorted(by: { $0.key < $1.key }) {
      let expected = p * Double(count)
      let deviation = (expected * (1 - p)).squareRoot()
      let found = Double(frequency[token] ?? 0)
      #expect(abs(found - expected) < 5 * deviation + 1, "\(token): \(found), \(expected)")
    }
  }

  @Test func `banned tokens never come`() throws {
    let model = try smallModel()
    var settings = settings
    settings.stopTokens = []
    settings.bannedTokens = (0..<23).filter { $0 != 11 && $0 != 12 }
    let responses = try decoder(model, maxRows: 8).generate(
      requests(samplePrompts(6)), settings: settings)
    #expect(Set(responses.flatMap(\.tokens)) == [11, 12])
  }

  @Test func `temperature 0 and top-k 1 take the same tokens`() throws {
    let model = try smallModel()
    let requests = requests(samplePrompts(6))
    var greedy = settings
    greedy.temperature = 0
    var narrow = settings
    narrow.topK = 1
    let decoder = decoder(model, maxRows: 8)
    #expect(
      try decoder.generate(requests, settings: greedy)
        == decoder.generate(requests, settings: narrow))
  }

  @Test func `requests with one prompt run it once, whatever the rows and wherever they stand`()
    throws
  {
    let model = try smallModel()
    let prompts: [[Int32]] = [[1, 2, 3], [4, 5], [1, 2, 3]]
    let requests = requests(prompts, copies: 5)
    for maxRows in [1, 2, 4, 7, 64] {
      let decoder = decoder(model, maxRows: maxRows)
      let responses = try decoder.generate(requests, settings: settings)
      #expect(decoder.ledger.prefillTokens == 3 + 2, "\(maxRows) rows")
      #expect(decoder.ledger.sharedTokens == 9 * 3 + 4 * 2)
      #expect(decoder.ledger.recomputedTokens == 0)
      #expect(decoder.ledger.sampledTokens == responses.reduce(0) { $0 + $1.tokens.count })
    }
    let decoder = decoder(model, maxRows: 64)
    let longest = try decoder.generate(requests, settings: settings).map(\.tokens.count).max()
    // One pass for all prompts draws the first tokens; each further one draws one more.
    #expect(decoder.ledger.forwardPasses == longest)
  }

  @Test func `responses are reported as they finish, each once`() throws {
    let model = try smallModel()
    let requests = requests(samplePrompts(7), copies: 2)
    var seen: [Int: SampledResponse] = [:]
    let responses = try decoder(model, maxRows: 3).generate(
      requests, settings: settings,
      finished: { index, response in
        #expect(seen.updateValue(response, forKey: index) == nil)
      })
    #expect(requests.indices.map { seen[$0] } == responses)
  }

  @Test func `cancelling stops before the next pass`() throws {
    let model = try smallModel()
    let decoder = decoder(model, maxRows: 4)
    var asked = 0
    #expect(throws: GenerationError.cancelled) {
      try decoder.generate(
        requests(samplePrompts(8)), settings: settings,
        isCancelled: {
          asked += 1
          return asked > 3
        })
    }
    #expect(decoder.ledger.forwardPasses == 3)
  }

  @Test func `nothing asked is nothing done`() throws {
    let decoder = decoder(try smallModel(), maxRows: 4)
    #expect(try decoder.generate([], settings: settings) == [])
    #expect(decoder.ledger == CostLedger())
  }

  @Test func `a half-precision cache is refused where bits are promised`() throws {
    let decoder = Decoder(
      model: try smallModel(), backend: CPUBackend(numerics: .exact), maxRows: 1,
      cachePrecision: .bfloat16)
    let error = #expect(throws: GenerationError.self) {
      try decoder.generate(requests([[1]]), settings: settings)
    }
    #expect(
      error?.description == "a bfloat16 cache cannot be combined with numerics "
        + CPUBackend.fingerprint(of: .exact, threads: 1))
  }

  @Test func `settings and prompts that make no sense are errors`() throws {
    let decoder = decoder(try smallModel(), maxRows: 4)
    func fails(
      _ prompt: [Int32] = [1], _ change: (inout SamplingSettings) -> Void = { _ in }
    ) {
      var settings = settings
      change(&settings)
      #expect(throws: GenerationError.self) {
        try decoder.generate(requests([prompt]), settings: settings)
      }
    }
    fails([])
    fails([23])
    fails([-1])
    fails { $0.temperature = -1 }
    fails { $0.temperature = .nan }
    fails { $0.temperature = 1e-300 }
    fails { $0.topK = -1 }
    fails { $0.topP = 0 }
    fails { $0.topP = 1.5 }
    fails { $0.minP = 1 }
    fails { $0.maxNewTokens = 0 }
    fails { $0.repetitionPenalty = 0 }
    fails { $0.forcedTokens = [3: 23] }
    fails { $0.stopTokenScale = StopTokenScale(token: 23, operation: .add, knots: []) }
    fails {
      let knots = [4, 2].map { StopTokenScale.Knot(position: $0, value: 1) }
      $0.stopTokenScale = StopTokenScale(token: 1, operation: .add, knots: knots)
    }
    fails { $0.stopTokens = [23] }
    fails { $0.bannedTokens = [-1] }
    fails { $0.bannedTokens = Array(0..<23) }
  }
}
