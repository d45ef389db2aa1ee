package import TensorCore

/// Generates responses to many prompts at once: sessions that are opened together and run to their
/// end.
///
/// With the `exact` backend a response depends only on the weights, its prompt, its random stream
/// and the settings. It does not depend on `maxRows`, the order of the requests, or threads, and
/// its log-probabilities have the same bits as those of `Tape.logProbabilities`.
///
/// Reuse one decoder for several calls, because it keeps its cache. Weights are read anew at every
/// call.
package final class Decoder {
  package let model: Transformer
  package let backend: any Backend
  /// The largest number of sequences that run together.
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

  /// Continues every request until a stop token or `maxNewTokens`. A prompt runs only once, even if
  /// several requests share it.
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
    let longestPrompt = requests.map(\.prompt.count).max() ?? 0
    let (rows, capacity) = batchSize(
      sequences: requests.count, length: longestPrompt + settings.maxNewTokens)
    let scheduler = SessionScheduler(
      model: model, backend: backend, maxRows: rows, maxLength: capacity,
      memory: memory(rows: rows, capacity: capacity))
    defer {
      ledger += scheduler.ledger
      scheduler.memory.pages.clear()
    }
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
        // Sessions are numbered in the order of the requests.
        responses[session.number] = response
        finished(session.number, response)
      }
    }
    return responses.compactMap { $0 }
  }

  /// The rows that run together, and the tokens that each has room for, when this number of
  /// sequences reaches at most `length` tokens. The room is rounded up, so that calls of nearly the
  /// same length share a cache.
  package func batchSize(sequences: Int, length: Int) -> (rows: Int, capacity: Int) {
    let capacity = (length + 63) / 64 * 64
    return (max(1, min(rowCount(capacity: capacity), sequences)), capacity)
  }

  /// The number of sequences of at most `capacity` tokens that run together.
  ///
  /// Each token reads the keys and values of all tokens before it. If those of all rows fit into
  /// the processor's last-level cache beside the weights, reading them is several times faster than
  /// from memory. On the other hand, with more rows the weights are read fewer times. Therefore as
  /// many rows run as fit into the cache, in whole blocks of the product kernels. If not even two
  /// blocks fit, as many rows run as allowed, if all have room in 2 GB. The size of the cache is
  /// that of a common server, so that counts of passes do not depend on the machine.
  ///
  /// Sequences rarely become as long as they may. So at least `busyRowCount` rows run, which share
  /// the 2 GB page by page; from there on, more rows do not make a pass more efficient.
  package func rowCount(capacity: Int) -> Int {
    Self.rowCount(
      memorySize: model.memorySize(capacity: capacity, precision: cachePrecision),
      parameterCount: model.parameterCount, most: maxRows,
      isBatchInvariant: backend.isBatchInvariant)
  }

  /// The same from figures alone.
  /// - Parameter memorySize: the bytes of one sequence.
  package static func rowCount(
    memorySize: Int, parameterCount: Int, most: Int, isBatchInvariant: Bool
  ) -> Int {
    let perRow = max(1, memorySize)
    let least = isBatchInvariant ? busyRowCount : 1
    let most = min(most, max(least, mostPageBytes / perRow))
    let fitting = (24_000_000 - 4 * parameterCount) / perRow / 12 * 12
    return isBatchInvariant && fitting >= 12 ? min(most, fitting) : most
  }

  /// The number of rows from which products are limited by arithmetic, not by reading weights.
  package static var busyRowCount: Int { 96 }
  private static var mostPageBytes: Int { 2_000_000_000 }

  /// Memory for this number of rows; the existing memory is reused if it is large enough. One extra
  /// slot holds the prompt that some sessions of a group still wait for.
  private func memory(rows: Int, capacity: Int) -> TransformerMemory {
    if let memory, memory.slots > rows, memory.capacity >= capacity { return memory }
    // The old memory is released first, so that both never exist at the same time.
    memory = nil
    let new = model.makeMemory(
      slots: rows + 1, capacity: capacity, precision: cachePrecision,
      mostBytes: Self.mostPageBytes, on: backend)
    memory = new
    return new
  }
}
