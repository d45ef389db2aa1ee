import Fields
package import Foundation
import ModelCore
package import PipelineCore

/// Copies artifacts out of the store. An adapter is written in PEFT's layout with the place of its
/// base, or merged into a whole model.
package enum AdapterExport {
  /// The names of the precisions of merged weights, the default first.
  package static let precisions = WeightPrecision.allCases.map(\.rawValue)

  /// - Parameters:
  ///   - merge: true to write the whole model that an adapter makes of its base.
  ///   - precision: the name of the precision of its weights; nil for 32 bits.
  ///   - folder: a new or empty folder.
  /// - Throws: `StageFailure` if there is nothing to merge, and the errors of the store.
  package static func write(
    _ digest: String, of store: Store, merge: Bool, precision name: String?, to folder: URL
  ) throws {
    let precision = merge ? name.flatMap(WeightPrecision.init) ?? .float32 : nil
    let artifact = try store.artifact(digest)
    guard let adapter = AdapterFolder(files: artifact.files) else {
      guard precision == nil else {
        throw StageFailure(
          artifact.type == .model
            ? "this is a whole model already; leave out '--merge'"
            : "only a model with an adapter can be merged, and this is \(artifact.type.rawValue)")
      }
      return try store.export(digest, to: folder)
    }
    let target = folder.standardizedFileURL.path(percentEncoded: false)
    try store.export(to: folder) { writer in
      if let precision {
        for file in try merged(artifact, precision) { try writer.write(file.data, to: file.path) }
      } else {
        try copy(artifact, adapter, to: writer, target: target)
      }
    }
  }

  private static func merged(
    _ artifact: StoredArtifact, _ precision: WeightPrecision
  ) throws -> [(path: String, data: Data)] {
    let model = try ModelFolder(
      files: artifact.files, memory: MachineMemory.size, reading: artifact.read
    ).model
    return try AdapterFolder.mergedFiles(
      of: model, text: try CheckpointText(artifact), precision: precision)
  }

  /// Writes the adapter's files. A base outside the store is named by its path; one that is only in
  /// the store is written too.
  private static func copy(
    _ artifact: StoredArtifact, _ adapter: AdapterFolder, to writer: any FolderWriter,
    target: String
  ) throws {
    let outside = BaseArtifact(of: artifact)?.outsideRoot
    let isWhole = outside == nil
    for path in artifact.files where isWhole || !path.hasPrefix(AdapterFolder.basePrefix) {
      var bytes = try artifact.read(path)
      if path == AdapterFile.path {
        let base =
          outside ?? (target.hasSuffix("/") ? target : target + "/")
          + String(AdapterFolder.basePrefix.dropLast())
        bytes = try AdapterFile.naming(base, in: bytes)
      }
      try writer.write(bytes, to: path)
    }
  }
}

extension BaseArtifact {
  /// The path of the folder, or of the single file, outside the store that is the base; nil if it
  /// is in the store.
  fileprivate var outsideRoot: String? {
    let places = files.map { ($0, reference(to: $0)?.outside) }
    guard case (let name, let first?)? = places.first else { return nil }
    if places.count == 1, GGUFModel.path(among: files) != nil { return first }
    guard first.hasSuffix("/" + name) else { return nil }
    let root = String(first.dropLast(name.count + 1))
    return places.allSatisfy { $0.1 == root + "/" + $0.0 } ? root : nil
  }
}
