import Fields
package import ModelCore
import OrderedCollections
package import TensorCore

/// A model that runs in this process: a policy that can do everything.
///
/// Keep it from call to call, because it keeps its cache. Weights are read anew at every call.
package struct LocalPolicy: Policy {
  package let identity: String
  package let model: Transformer
  package let backend: any Backend
  private let decoder: Decoder
  /// The largest number of responses that are sampled together, unless a caller wants fewer.
  package static let maxRows = 256

  /// Creates a policy.
  /// - Parameters:
  ///   - maxRows: the largest number of responses that are sampled together.
  ///   - cachePrecision: the precision of keys and values.
  package init(
    _ model: Transformer, backend: any Backend, identity: String = "model",
    maxRows: Int = Self.maxRows,
    cachePrecision: CachePrecision = .float32
  ) {
    self.identity = identity
    self.model = model
    self.backend = backend
    decoder = Decoder(
      model: model, backend: backend, maxRows: maxRows, cachePrecision: cachePrecision)
  }

  package var capabilities: Set<PolicyCapability> { Set(PolicyCapability.allCases) }
  package var vocabularySize: Int? { model.vocabularySize }
  package var maxPositions: Int? { model.configuration.contextLength }

  /// Requests with the same settings run together.
  /// - Throws: `GenerationError`.
  package func sample(_ requests: [PolicyRequest]) throws -> [PolicyResponse] {
    var responses = [PolicyResponse?](repeating: nil, count: requests.count)
    for (settings, indices) in OrderedDictionary(
      grouping: requests.indices, by: { requests[$0].settings })
    {
      let drawn = try decoder.generate(
        try indices.map {
          SampleRequest(prompt: try tokens(of: requests[$0]), stream: requests[$0].stream)
        }, settings: settings)
      for (index, response) in zip(indices, drawn) { responses[index] = .tokens(response) }
    }
    return responses.compactMap { $0 }
  }

  /// Forks that share a part of a response compute it once.
  /// - Throws: `GenerationError`.
  package func sample(
    _ requests: [PolicyRequest], thenFork forks: PolicyForks
  ) throws -> [ForkedResponse] {
    guard !requests.isEmpty else { return [] }
    let scheduler = try makeScheduler(for: requests, forks)
    for request in requests {
      _ = try scheduler.open(
        try tokens(of: request), settings: request.settings, stream: request.stream)
    }
    var drawn = [(response: SessionTrace?, forks: [SessionTrace?])](
      repeating: (nil, []), count: requests.count)
    // The place of each fork; their sessions are numbered after those of the requests.
    var places: [(request: Int, fork: Int)] = []
    while scheduler.hasWork {
      for session in try scheduler.tick() {
        guard session.number < requests.count else {
          let (request, fork) = places[session.number - requests.count]
          drawn[request].forks[fork] = scheduler.close(session)
          continue
        }
        let request = session.number
        for fork in forks.forks(request, Array(session.response)) {
          let forked = try scheduler.fork(
            session, at: session.promptCount + fork.length, settings: fork.settings,
            stream: fork.stream)
          if !fork.given.isEmpty { try scheduler.append(fork.given, to: forked) }
          places.append((request, drawn[request].forks.count))
          drawn[request].forks.append(nil)
        }
        drawn[request].response = scheduler.close(session)
      }
    }
    return drawn.compactMap { response, forks in
      response.map {
        ForkedResponse(
          SampledResponse($0), forks: forks.compactMap { $0.map { SampledResponse($0) } })
      }
    }
  }

  private func makeScheduler(
    for requests: [PolicyRequest], _ forks: PolicyForks
  ) throws -> SessionScheduler {
    let longest = try requests.map { try tokens(of: $0).count + $0.settings.maxNewTokens }.max()
    let (rows, capacity) = decoder.batchSize(
      sequences: requests.count + forks.count, length: (longest ?? 0) + forks.mostTokens)
    return try SessionScheduler(
      model: model, backend: backend, maxRows: rows, maxLength: capacity,
      cachePrecision: decoder.cachePrecision)
  }

  private func tokens(of request: PolicyRequest) throws -> [Int32] {
    guard case .tokens(let tokens) = request.prompt else {
      throw PolicyReadsTokens(policy: identity)
    }
    return tokens
  }
}

/// A policy with `token_ids` was given text, which only its caller can tokenize.
package struct PolicyReadsTokens: Error, Hashable, CustomStringConvertible {
  package let policy: String

  package init(policy: String) { self.policy = policy }

  package var description: String { "the policy '\(policy)' reads token ids, not text" }
}

extension SampledResponse {
  init(_ trace: SessionTrace) {
    self.init(
      tokens: trace.tokens, logProbabilities: trace.logProbabilities, stop: trace.stop ?? .cancelled
    )
  }
}
