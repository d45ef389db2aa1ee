import Fields
import Foundation

/// The work of one point, ready to be done: its inputs exist, and its key is known.
package struct StageJob: Sendable {
  package let point: StagePoint
  /// Nil for work that is not cached: a collecting stage with missing inputs.
  package let key: StageKey?
  package let threads: Int
  var inputs: [ResolvedInput]
  let missing: [AbsentInput]

  /// The position of the point in the run's graph.
  package var index: Int { point.index }

  /// Opens a point's inputs, as far as they exist.
  /// - Parameter artifact: the artifact that a point has made; nil if it failed, which only a
  ///   collecting role allows.
  /// - Throws: `StoreError` if an input from outside the store cannot be read.
  init(
    _ point: StagePoint, key: StageKey?, threads: Int, resolver: inout PointResolver,
    artifact: (Int) throws -> (any ArtifactReader)?
  ) throws {
    var inputs: [ResolvedInput] = []
    var missing: [AbsentInput] = []
    for input in point.inputs {
      switch input.source {
      case .point(let source):
        let maker = resolver.graph.points[source]
        if let artifact = try artifact(source) {
          inputs.append(ResolvedInput(input, stage: maker.stage, source: source, artifact))
        } else {
          missing.append(AbsentInput(input, address: maker.address))
        }
      case .external(let external):
        let artifact = try resolver.external(input, of: point)
        inputs.append(ResolvedInput(input, stage: external.path, source: nil, artifact))
      }
    }
    self.point = point
    self.key = key
    self.threads = threads
    self.inputs = inputs
    self.missing = missing
  }
}

/// One input of a point, with its artifact.
struct ResolvedInput: Sendable {
  let role: String
  let label: String?
  /// The stage's name, or the folder's path.
  let stage: String
  let point: [AxisValue]
  /// The point that made the artifact; nil for a folder from outside the store.
  let source: Int?
  var artifact: any ArtifactReader

  init(_ input: PointInput, stage: String, source: Int?, _ artifact: any ArtifactReader) {
    role = input.role
    label = input.label
    self.stage = stage
    point = input.point
    self.source = source
    self.artifact = artifact
  }
}

extension [ResolvedInput] {
  /// The artifact of a plain role; nil if it was not given.
  func plain(_ role: String) -> (any ArtifactReader)? {
    first { $0.role == role && $0.label == nil }?.artifact
  }

  /// The inputs of a collecting role, in order.
  func collected(_ role: String) -> [CollectedInput] {
    compactMap { input in
      guard input.role == role, let label = input.label else { return nil }
      return CollectedInput(
        label: label, stage: input.stage, point: input.point, artifact: input.artifact)
    }
  }
}

extension StagePoint {
  /// The roles that have an input, in file order.
  var inputRoles: [String] {
    inputs.reduce(into: []) { roles, input in
      if !roles.contains(input.role) { roles.append(input.role) }
    }
  }
}

/// One input of a collecting role that failed.
struct AbsentInput: Sendable {
  let role: String
  let input: MissingInput

  init(_ input: PointInput, address: String) {
    role = input.role
    self.input = MissingInput(
      label: input.label ?? input.role, address: address, point: input.point)
  }
}
