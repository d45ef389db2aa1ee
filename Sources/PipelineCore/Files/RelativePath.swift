/// Checks paths inside an artifact: relative, with `/`, never leaving the folder.
enum RelativePath {
  /// - Throws: `StoreError.outside` if the path could leave its folder or contains refused
  ///   characters.
  static func check(_ path: String) throws(StoreError) {
    func refuse(_ reason: String) -> StoreError { .outside(path: path, reason: reason) }
    guard !path.isEmpty else { throw refuse("it is empty") }
    guard path.utf8.count <= 1024 else { throw refuse("it is longer than 1024 bytes") }
    guard !path.hasPrefix("/") else { throw refuse("it is absolute") }
    for scalar in path.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F {
      throw refuse("it holds a control character")
    }
    // Quotes and backslashes would need escapes in the manifest, whose bytes are hashed.
    guard !path.contains("\\"), !path.contains("\"") else {
      throw refuse("it holds a quote or a backslash")
    }
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard !part.isEmpty else { throw refuse("it has an empty part") }
      guard part != ".", part != ".." else { throw refuse("it has the part '\(part)'") }
      guard part.utf8.count <= 255 else { throw refuse("a part is longer than 255 bytes") }
    }
  }
}
