package import TensorCore

/// Continues many prompts at once, with a cache of keys and values.
///
/// Each forward pass adds one token to every live sequence; a finished one leaves the batch and a
/// waiting one enters. With the `exact` backend a response depends on the weights, its prompt, its
/// random stream and the settings alone: neither on `maxRows`, nor on the order of the requests, nor
/// on threads, and its log-probabilities have the bits that `Tape.logProbabilities` gives.
///
/// Keep a decoder from call to call: it keeps its cache. Weights are read anew at every call.
package final class Decoder {
  package let model: Transformer
  package let backend: any Backend
  /// The most sequences that run together.
  package let maxRows: Int
  /// The cost of all calls so far.
  package private(set) var ledger = CostLedger()

  private var memory: TransformerMemory?

  package init(model: Transformer, backend: any Backend, maxRows: Int) {
    precondition(maxRows > 0, "at least one row")
    self.model = model
    self.backend = backend
    self.maxRows = maxRows
  }

  /// Continues every request until a stop token or `maxNewTokens`.
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
    try validate(requests, settings)
    let capacity = capacity(for: requests, settings)
    let rows = min(maxRows, requests.count, rowLimit(capacity: capacity))
    var batch = DecodingBatch(
      model: model, backend: backend, memory: memory(rows: rows, capacity: capacity),
      maxRows: rows, requests: requests, settings: settings)
    defer { ledger += batch.ledger }
    var responses = [SampledResponse?](repeating: nil, count: requests.count)
    while !batch.isDone {
      if isCancelled() { throw GenerationError.cancelled }
      for (index, response) in try batch.advance() {
        responses[index] = response
        finished(index, response)
      }
    }
    return responses.compactMap { $0 }
  }

  private func validate(
    _ requests: [SampleRequest], _ settings: SamplingSettings
  ) throws(GenerationError) {
    let size = model.vocabularySize
    try settings.validate(vocabularySize: size)
    for (index, request) in requests.enumerated() {
      if request.prompt.isEmpty { throw .emptyPrompt(request: index) }
      for token in request.prompt where !(0..<size).contains(Int(token)) {
        throw .unknownToken(token, vocabularySize: size)
      }
    }
  }

  /// The longest sequence these requests can become, rounded up, so that calls of nearly the same
  /// length share a cache.
  private func capacity(for requests: [SampleRequest], _ settings: SamplingSettings) -> Int {
    let longestPrompt = requests.map(\.prompt.count).max() ?? 0
    return (longestPrompt + settings.maxNewTokens + 63) / 64 * 64
  }

  /// How many sequences of this length fit into two gigabytes of memory; at least one.
  private func rowLimit(capacity: Int) -> Int {
    let bytesPerRow = Double(max(1, model.memorySize(capacity: capacity)))
    return max(1, Int(min(2e9 / bytesPerRow, 1e6)))
  }

  /// Memory for so many rows: what is there when it suffices.
  private func memory(rows: Int, capacity: Int) -> TransformerMemory {
    let slots = DecodingBatch.slots(rows: rows)
    if let memory, memory.slots >= slots, memory.capacity >= capacity { return memory }
    // The old one goes first, so that the two are never there together.
    memory = nil
    let new = model.makeMemory(slots: slots, capacity: capacity)
    memory = new
    return new
  }
}
