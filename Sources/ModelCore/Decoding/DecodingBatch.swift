import TensorCore

/// The sequences of one `generate` call: which run, which wait, and what each has so far.
///
/// `advance` either admits waiting requests, running their prompts in one packed pass, or gives
/// every running row one token. Adjacent requests with one prompt run it once: the others copy what
/// the first remembers. When not all of them fit, a spare slot keeps the prompt for the rest.
struct DecodingBatch {
  private let model: Transformer
  private let backend: any Backend
  private let memory: TransformerMemory
  private let maxRows: Int
  private let requests: [SampleRequest]
  private let sampler: TokenSampler
  private let settings: SamplingSettings
  private let logitSettings: LogitSettings
  private let tape: Tape

  private var rows: [Row] = []
  private var freeSlots: [Int]
  private var nextRequest = 0
  /// What the spare slot holds: the prompt of the request before `nextRequest`.
  private var spare: Prefilled?
  private var probabilities: [Float]
  private(set) var ledger = CostLedger()

  /// A sequence being continued.
  private struct Row {
    let request: Int
    let slot: Int
    var tokens: [Int32] = []
    var logProbabilities: [Float] = []

    mutating func append(_ drawn: Drawn) {
      tokens.append(drawn.token)
      logProbabilities.append(drawn.logProbability)
    }
  }

  private struct Drawn {
    let token: Int32
    let logProbability: Float
  }

  /// A prompt that has run: where it is remembered, and the first new token's distribution.
  private struct Prefilled {
    let prompt: [Int32]
    let slot: Int
    let logProbabilities: [Float]
  }

  /// At most so many prompt tokens run in one pass, unless one prompt alone is longer: activations
  /// stay within the cache and memory stays bounded.
  private static let prefillLimit = 4096

  /// Slots needed for so many rows: one more, the spare.
  static func slots(rows: Int) -> Int { rows + 1 }

  init(
    model: Transformer, backend: any Backend, memory: TransformerMemory, maxRows: Int,
    requests: [SampleRequest], settings: SamplingSettings
  ) {
    self.model = model
    self.backend = backend
    self.memory = memory
    self.maxRows = min(maxRows, requests.count)
    self.requests = requests
    self.settings = settings
    sampler = TokenSampler(settings)
    logitSettings = LogitSettings(
      temperature: settings.temperature == 0 ? 1 : Float(settings.temperature),
      banned: settings.bannedTokens)
    tape = Tape(backend: backend, recording: false)
    freeSlots = Array((0..<self.maxRows).reversed())
    probabilities = [Float](repeating: 0, count: model.vocabularySize)
  }

  private var spareSlot: Int { maxRows }
  var isDone: Bool { rows.isEmpty && nextRequest == requests.count }

  /// One forward pass. - Returns: the requests it finished.
  mutating func advance() throws -> [(Int, SampledResponse)] {
    if nextRequest < requests.count, rows.isEmpty || freeSlots.count >= admissionThreshold {
      return try admit()
    }
    return try step()
  }

  /// A pass over one short prompt costs nearly as much as over a few, so that we wait for some
  /// rows to be free.
  private var admissionThreshold: Int { max(1, maxRows / 16) }

  // MARK: Admitting

  private mutating func admit() throws -> [(Int, SampledResponse)] {
    let firstNew = rows.count
    if let spare { admitSiblings(of: spare) }
    let (prompts, slots) = promptsThatFit()
    for prefilled in try run(prompts, in: slots) {
      admitSiblings(of: prefilled)
      if nextRequest < requests.count, requests[nextRequest].prompt == prefilled.prompt {
        memory.copy(slot: prefilled.slot, to: spareSlot, length: prefilled.prompt.count)
        spare = Prefilled(
          prompt: prefilled.prompt, slot: spareSlot, logProbabilities: prefilled.logProbabilities)
      }
    }
    if let spare, nextRequest < requests.count, requests[nextRequest].prompt != spare.prompt {
      self.spare = nil
    }
    return removeFinished(from: firstNew)
  }

  /// The next distinct prompts for which there are free slots, adjacent equal ones counting once,
  /// each with the slot that its first request will be given.
  private func promptsThatFit() -> (prompts: [[Int32]], slots: [Int]) {
    var prompts: [[Int32]] = []
    var slots: [Int] = []
    var tokenCount = 0
    var free = freeSlots[...]
    var next = nextRequest
    while let slot = free.last, next < requests.count {
      let prompt = requests[next].prompt
      tokenCount += prompt.count
      if !prompts.isEmpty, tokenCount > Self.prefillLimit { break }
      prompts.append(prompt)
      slots.append(slot)
      while !free.isEmpty, next < requests.count, requests[next].prompt == prompt {
        free.removeLast()
        next += 1
      }
    }
    return (prompts, slots)
  }

  /// Runs prompts in one pass, each remembered in its slot.
  private mutating func run(_ prompts: [[Int32]], in slots: [Int]) throws -> [Prefilled] {
    if prompts.isEmpty { return [] }
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    let hidden = try model.forward(
      ForwardPass(tape: tape, layout: layout, slots: slots), tokens: Array(prompts.joined()),
      memory: memory)
    ledger.prefillTokens += layout.tokenCount
    ledger.forwardPasses += 1

    let lastRows = layout.offsets.dropFirst().map { Int32($0 - 1) }
    let last = backend.makeTensor([lastRows.count, hidden.columns])
    backend.gather(hidden, lastRows, into: last)
    let values = logProbabilities(of: last).values
    let size = model.vocabularySize
    return prompts.indices.map { index in
      Prefilled(
        prompt: prompts[index], slot: slots[index],
        logProbabilities: Array(values[index * size..<(index + 1) * size]))
    }
  }

  /// Starts a row, and draws its first token, for every next request with this prompt that fits.
  private mutating func admitSiblings(of prefilled: Prefilled) {
    while let slot = freeSlots.last, nextRequest < requests.count,
      requests[nextRequest].prompt == prefilled.prompt
    {
      freeSlots.removeLast()
      memory.copy(slot: prefilled.slot, to: slot, length: prefilled.prompt.count)
      var row = Row(request: nextRequest, slot: slot)
      row.append(draw(for: row, prefilled.logProbabilities.span))
      rows.append(row)
      nextRequest += 1
    }
  }

  // MARK: Stepping

  private mutating func step() throws -> [(Int, SampledResponse)] {
    let positions = rows.map { requests[$0.request].prompt.count + $0.tokens.count - 1 }
    let hidden = try model.step(
      DecodeStep(tape: tape, backend: backend, slots: rows.map(\.slot), positions: positions),
      tokens: rows.map { $0.tokens[$0.tokens.count - 1] }, memory: memory)
    ledger.forwardPasses += 1
    let size = model.vocabularySize
    logProbabilities(of: hidden).storage.withSpan { values in
      for index in rows.indices {
        let drawn = draw(for: rows[index], values.extracting(index * size..<(index + 1) * size))
        rows[index].append(drawn)
      }
    }
    return removeFinished(from: 0)
  }

  private func logProbabilities(of hidden: Tensor) -> Tensor {
    backend.logProbabilities(hidden, table: model.outputTable, settings: logitSettings)
  }

  private mutating func draw(for row: Row, _ logProbabilities: Span<Float>) -> Drawn {
    for id in logProbabilities.indices {
      probabilities[id] = Float(DeterministicMath.exponential(Double(logProbabilities[id])))
    }
    let uniform = requests[row.request].stream.uniform(at: UInt64(row.tokens.count))
    let token = sampler.token(probabilities.span, uniform: uniform)
    ledger.sampledTokens += 1
    return Drawn(token: token, logProbability: logProbabilities[Int(token)])
  }

  /// Takes finished rows out of the batch and frees their slots.
  private mutating func removeFinished(from start: Int) -> [(Int, SampledResponse)] {
    var finished: [(Int, SampledResponse)] = []
    var kept = Array(rows[..<start])
    for row in rows[start...] {
      let isStopped = row.tokens.last.map { settings.stopTokens.contains($0) } ?? false
      if isStopped || row.tokens.count == settings.maxNewTokens {
        freeSlots.append(row.slot)
        finished.append(
          (
            row.request,
            SampledResponse(
              tokens: row.tokens, logProbabilities: row.logProbabilities,
              stop: isStopped ? .stopToken : .length)
          ))
      } else {
        kept.append(row)
      }
    }
    rows = kept
    return finished
  }
}
