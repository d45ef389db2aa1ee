import Fields

/// Turns a point and the artifacts of its upstream points into a key. Planning and running share it,
/// so that a plan is what a run does.
struct PointResolver {
  let graph: StageGraph
  let store: Store
  let fingerprint: (Numerics) -> String
  private let salt: Result<String?, any Error>
  private var externals: [String: Result<ExternalFolder, any Error>] = [:]
  private var fingerprints: [Numerics: String] = [:]

  init(graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String) {
    self.graph = graph
    self.store = store
    self.fingerprint = fingerprint
    salt = Result { try store.salt() }
  }

  /// A point's key.
  /// - Parameter artifact: the digest a point has made; nil leaves the input out, which only a
  ///   collecting role survives.
  /// - Throws: `StoreError` when a folder from outside cannot be taken, or the store's salt be read.
  mutating func key(of point: StagePoint, artifact: (Int) -> String?) throws -> StageKey {
    try key(of: point, inputs: try digests(of: point, artifact: artifact))
  }

  /// The digest of each of a point's inputs, in their order; nil of what is not made.
  /// - Throws: `StoreError` when a folder from outside cannot be taken.
  mutating func digests(
    of point: StagePoint, artifact: (Int) -> String?
  ) throws -> [String?] {
    try point.inputs.map { input in
      switch input.source {
      case .point(let index): artifact(index)
      case .checkpoint: try external(input, of: point).digest
      }
    }
  }

  /// A point's key, from the digests of its inputs; those that are nil are left out.
  /// - Throws: `StoreError` when the store's salt cannot be read.
  mutating func key(of point: StagePoint, inputs digests: [String?]) throws -> StageKey {
    let key = StageKey.compute(
      point: point, inputs: point.keyInputs(digests), fingerprint: fingerprint(of: point.numerics))
    return try salt.get().map(key.salted) ?? key
  }

  /// What a point would cost, its work told apart by everything that decides its speed.
  /// - Parameter upstreamCosts: of the points before it.
  mutating func cost(of point: StagePoint, upstreamCosts: [StageCost]) -> StageCost {
    var cost = point.kind.cost(
      of: point.config, inputs: graph.upstreams(of: point, costs: upstreamCosts))
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

  /// A model folder from outside, digested once for each path.
  /// - Precondition: the input's source is a checkpoint.
  mutating func external(_ input: PointInput, of point: StagePoint) throws -> ExternalFolder {
    guard case .checkpoint(let path) = input.source else { preconditionFailure() }
    // The type is in the manifest, and with it in the digest; a role that takes several is served
    // the one it names first.
    let type =
      point.kind.roles.first { $0.name == input.role }?.accepts.first ?? ArtifactType("model")
    let name = type.rawValue + ":" + path
    if let known = externals[name] { return try known.get() }
    let result = Result { try ExternalFolder(path: path, type: type, store: store) }
    externals[name] = result
    return try result.get()
  }
}

extension StagePoint {
  /// What enters the key, from the digest of each input; those that are nil are left out.
  package func keyInputs(_ digests: [String?]) -> [KeyInput] {
    zip(inputs, digests).compactMap { input, digest in
      digest.map {
        KeyInput(role: input.role, label: input.label, point: input.point, digest: $0)
      }
    }
  }
}
