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
    var inputs: [KeyInput] = []
    for input in point.inputs {
      let digest: String?
      switch input.source {
      case .point(let index): digest = artifact(index)
      case .checkpoint: digest = try external(input, of: point).digest
      }
      guard let digest else { continue }
      inputs.append(
        KeyInput(role: input.role, label: input.label, point: input.point, digest: digest))
    }
    let numerics = point.numerics
    let fingerprint = fingerprints[numerics] ?? self.fingerprint(numerics)
    fingerprints[numerics] = fingerprint
    let key = StageKey.compute(point: point, inputs: inputs, fingerprint: fingerprint)
    return try salt.get().map(key.salted) ?? key
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
