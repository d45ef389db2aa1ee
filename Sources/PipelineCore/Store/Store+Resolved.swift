package import Foundation

/// The pipelines of runs with every value written out (`ResolvedGraph`), by digest under
/// `runs/resolved/`: many runs of one pipeline share a file.
extension Store {
  func resolvedPath(_ digest: String) -> String { path(.runs, "resolved", digest + ".json") }

  /// Keeps the bytes unless they are there.
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

  /// What a run was asked to do, verified.
  /// - Throws: `StoreError`; `ResolvedGraph.Unusable` for a run that recorded nothing of the kind.
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
