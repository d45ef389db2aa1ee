import Fields
import Foundation

/// Computes the key of a point from its fields and the artifacts of its upstream points. Planning
/// and running share this code, so that a run does what the plan says.
struct PointResolver {
  let graph: StageGraph
  let store: Store
  let fingerprint: (Numerics) -> String
  /// True for a run, which waits for a server that was never asked, and keeps what it says.
  private let isRunning: Bool
  private let salt: Result<String?, any Error>
  private var externals: [External: Result<any ArtifactReader, any Error>] = [:]
  private var fingerprints: [Numerics: String] = [:]

  init(
    graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String,
    isRunning: Bool = false
  ) {
    self.isRunning = isRunning
    self.graph = graph
    self.store = store
    self.fingerprint = fingerprint
    salt = Result { try store.salt() }
  }

  /// The key of a point.
  /// - Parameter artifact: the digest that a point has made. Nil leaves the input out, which only a
  ///   collecting role allows.
  /// - Throws: `StoreError` if an input from outside the store, or the store's salt, cannot be
  ///   read.
  mutating func key(of point: StagePoint, artifact: (Int) -> String?) throws -> StageKey {
    try key(of: point, inputs: try digests(of: point, artifact: artifact))
  }

  /// The digest of each input of a point, in their order; nil for those not made yet.
  /// - Throws: `StoreError` if an input from outside the store cannot be read.
  mutating func digests(
    of point: StagePoint, artifact: (Int) -> String?
  ) throws -> [String?] {
    try point.inputs.map { input in
      switch input.source {
      case .point(let index): artifact(index)
      case .external: try external(input, of: point).digest
      }
    }
  }

  /// The key of a point, from the digests of its inputs; inputs that are nil are left out.
  /// - Throws: `StoreError` if the store's salt cannot be read.
  mutating func key(of point: StagePoint, inputs digests: [String?]) throws -> StageKey {
    let key = StageKey.compute(
      point: point, inputs: point.keyInputs(digests), fingerprint: fingerprint(of: point.numerics))
    return try salt.get().map(key.salted) ?? key
  }

  /// The cost of a point. The sort of its work names everything that decides its speed.
  /// - Parameter upstreamCosts: the costs of the points before it.
  mutating func cost(of point: StagePoint, upstreamCosts: [StageCost]) -> StageCost {
    let inputs = graph.upstreams(of: point, costs: upstreamCosts)
    var cost = point.kind.cost(of: point.config, inputs: inputs)
    cost.memory = point.kind.memory(of: point.config, inputs: inputs, numerics: point.numerics)
    cost.work = cost.work.map { work in
      var sort = "\(point.kind.name) \(point.kind.version)"
      if point.kind.usesNumerics {
        sort += " \(point.numerics.rawValue) \(fingerprint(of: point.numerics))"
      }
      return WorkAmount(sort: sort + " " + work.sort, amount: work.amount)
    }
    return cost
  }

  private mutating func fingerprint(of numerics: Numerics) -> String {
    let known = fingerprints[numerics] ?? fingerprint(numerics)
    fingerprints[numerics] = known
    return known
  }

  /// An artifact from outside the store; each path is digested once.
  /// - Precondition: the input's source is not a point.
  mutating func external(
    _ input: PointInput, of point: StagePoint
  ) throws -> any ArtifactReader {
    // The type is part of the manifest and so of the digest. If a role accepts several types, the
    // first one it names is used, but `model` is preferred.
    let types = point.kind.role(named: input.role)?.accepts ?? []
    let model = ArtifactType("model")
    let type = types.contains(model) ? model : types.first ?? model
    let name = External(source: input.source, type: type)
    if let known = externals[name] { return try known.get() }
    guard case .external(let external) = input.source else {
      preconditionFailure("a point is not from outside")
    }
    let store = store
    let result = Result { () throws -> any ArtifactReader in
      guard case .server(let address, let fields) = external else {
        return try ExternalArtifact(external, folderType: type, store: store)
      }
      return ServerArtifact(
        identity: try identity(of: fields, at: address, for: point.kind), fields: fields)
    }
    externals[name] = result
    return try result.get()
  }

  /// The identity of a server as it is now, or as it was when the server last answered.
  /// - Throws: `UnknownServer` if it does not answer and never did.
  private func identity(
    of fields: FieldValue, at address: String, for kind: any StageKind
  ) throws -> Data {
    guard let form = kind.server else {
      throw UnknownServer(address: address, reason: "'\(kind.name)' takes no server")
    }
    let subject = FieldValue.map([
      "address": .string(address), "fields": form.fields.keyed(fields, numerics: .exact),
    ])
    let known = store.knownServer(subject)
    do {
      let identity = try form.identity(fields, isRunning && known == nil ? .full : .brief)
      if isRunning, identity != known { store.know(server: subject, identity: identity) }
      return identity
    } catch {
      guard let known else { throw UnknownServer(address: address, reason: error.inWords) }
      return known
    }
  }

  private struct External: Hashable {
    let source: PointInput.Source
    let type: ArtifactType
  }
}

extension StagePoint {
  /// The inputs of the key, from the digest of each input; inputs that are nil are left out.
  package func keyInputs(_ digests: [String?]) -> [KeyInput] {
    zip(inputs, digests).compactMap { input, digest in
      digest.map {
        KeyInput(role: input.role, label: input.label, point: input.point, digest: $0)
      }
    }
  }
}
