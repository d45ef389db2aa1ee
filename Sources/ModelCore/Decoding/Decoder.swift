package import TensorCore

/// Continues many prompts at once: sessions that are opened together and run to their end.
///
/// With the `exact` backend a response depends on the weights, its prompt, its random stream and the
/// settings alone: neither on `maxRows`, nor on the order of the requests, nor on threads, and its
/// log-probabilities have the bits that `Tape.logProbabilities` gives.
///
/// Keep a decoder from call to call: it keeps its cache. Weights are read anew at every call.
package final class Decoder {
  package let model: Transformer
  package let backend: any Backend
  /// The most sequences that run together.
  package let maxRows: Int
  package let cachePrecision: CachePrecision
  /// The cost of all calls so far.
  package private(set) var ledger = CostLedger()

  private var memory: TransformerMemory?

  package init(
    model: Transformer, backend: any Backend, maxRows: Int,
    cachePrecision: CachePrecision = .float32
  ) {
    precondition(maxRows > 0, "at least one row")
    self.model = model
    self.backend = backend
    self.maxRows = maxRows
    self.cachePrecision = cachePrecision
  }

  /// Continues every request until a stop token or `maxNewTokens`. A prompt runs once, however many
  /// requests have it.
  ///
  /// - Parameters:
  ///   - isCancelled: asked before every forward pass.
  ///   - finished: called with a request's index as soon as its response is complete; the order of
  ///     calls depends on `maxRows`.
  /// - Returns: the responses, in the order of the requests.
  /// - Throws: `GenerationError`.
  package func generate(
    _ requests: [SampleRequest], settings: SamplingSettings,
    isCancelled: () -> Bool = { false },
    finished: (Int, SampledResponse) -> Void = { _, _ in }
  ) throws -> [SampledResponse] {
    try SessionScheduler.validate(cachePrecision, backend)
    guard settings.maxNewTokens > 0 else {
      throw GenerationError.setting(
        name: "max_new_tokens", value: "\(settings.maxNewTokens)", expected: "1 or more")
    }
    guard !requests.isEmpty else { return [] }
    let capacity = capacity(for: requests, settings)
    let rows = min(requests.count, rowCount(capacity: capacity))
    let scheduler = SessionScheduler(
      model: model, backend: backend, maxRows: rows, maxLength: capacity,
      memory: memory(rows: rows, capacity: capacity))
    defer { ledger += scheduler.ledger }
    for request in requests {
      _ = try scheduler.open(request.prompt, settings: settings, stream: request.stream)
    }
    var responses = [SampledResponse?](repeating: nil, count: requests.count)
    while scheduler.hasWork {
      if isCancelled() { throw GenerationError.cancelled }
      for session in try scheduler.tick() {
        let trace = scheduler.close(session)
        guard let stop = trace.stop else { continue }
        let response = SampledResponse(
          tokens: trace.tokens, logProbabilities: trace.logProbabilities, stop: stop)
        // Sessions were made in the order of the requests.
        responses[session.number] = response
        finished(session.number, response)
      }
    }
    return responses.compactMap { $0 }
  }

  /// The longest sequence these requests can become, rounded up, so that calls of nearly the same
  /// length share a cache.
  private func capacity(for requests: [SampleRequest], _ settings: SamplingSettings) -> Int {
    let longestPrompt = requests.map(\.prompt.count).max() ?? 0
    return (longestPrompt + settings.maxNewTokens + 63) / 64 * 64
  }

  /// How many sequences of at most `capacity` tokens run together.
  ///
  /// A token reads the keys and values of all before it. While those of all rows fit into the
  /// processor's last cache, beside the weights, it gets them several times as fast as from memory;
  /// the more rows, the fewer times weights are read. So it is as many as fit, in whole blocks of the
  /// product kernels; where not even two blocks fit, as many as may be, in at most 2 GB. The cache is
  /// taken to be that of a common server, lest counts of passes depend on the machine.
  package func rowCount(capacity: Int) -> Int {
    let perRow = max(1, model.memorySize(capacity: capacity, precision: cachePrecision))
    let most = min(maxRows, max(1, 2_000_000_000 / perRow))
    let fitting = (24_000_000 - 4 * model.parameterCount) / perRow / 12 * 12
    return backend.isBatchInvariant && fitting >= 12 ? min(most, fitting) : most
  }

  /// Memory for so many rows: what is there when it suffices. One slot more holds the prompt that
  /// some of a group still wait for.
  private func memory(rows: Int, capacity: Int) -> TransformerMemory {
    if let memory, memory.slots > rows, memory.capacity >= capacity { return memory }
    // The old one goes first, so that the two are never there together.
    memory = nil
    let new = model.makeMemory(
      slots: rows + 1, capacity: capacity, precision: cachePrecision)
    memory = new
    return new
  }
}
