package import Foundation

/// The resolved pipelines of runs, with every value written out (`ResolvedGraph`), stored by digest
/// under `runs/resolved/`. Runs of the same pipeline share one file.
extension Store {
  func resolvedPath(_ digest: String) -> String { path(.runs, "resolved", digest + ".json") }

  /// Stores the bytes unless they are stored already.
  /// - Returns: their digest.
  func keepResolved(_ bytes: Data) throws -> String {
    let digest = ContentDigest.hex(of: bytes)
    let place = resolvedPath(digest)
    if (try? files.digest(place).digest) == digest { return digest }
    try files.makeDirectory(path(.runs, "resolved"))
    let temporary = try temporaryPath()
    try files.create(temporary, bytes, sync: true)
    try files.place(temporary, at: place)
    return digest
  }

  /// The resolved pipeline of a run, verified.
  /// - Throws: `StoreError`; `ResolvedGraph.Unusable` if the run did not record its pipeline.
  package func resolved(of run: RunRecord) throws -> Data {
    guard let digest = run.resolved, ContentDigest.isWellFormed(digest) else {
      throw ResolvedGraph.Unusable(
        description: "run \(run.id) did not record its pipeline: an earlier version made it")
    }
    let place = resolvedPath(digest)
    let bytes = try files.read(place).bytes
    let found = ContentDigest.hex(of: bytes)
    guard found == digest else {
      throw StoreError.damaged(path: place, expected: digest, found: found)
    }
    return bytes
  }
}
