import Foundation

/// A user-chosen string mixed into every key: the file `salt` in the store's folder.
///
/// Adding or changing it invalidates all results, because no key matches any more. Removing it
/// makes them valid again, unless `gc` has removed them.
extension Store {
  static let saltName = "salt"
  static let mostSaltBytes = 4096

  /// The salt's digest; nil when there is none, or nothing is written in it.
  /// - Throws: `StoreError` when it cannot be read, or is larger than a salt needs to be.
  package func salt() throws -> String? {
    let place = root + "/" + Self.saltName
    guard let status = files.status(place) else { return nil }
    guard status.size <= Self.mostSaltBytes else {
      throw StoreError.unreadable(
        path: place, reason: "it is longer than \(Self.mostSaltBytes) bytes")
    }
    let bytes = try files.read(place).bytes
    let text = bytes.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
    return text.isEmpty ? nil : ContentDigest.hex(of: Data(text))
  }
}

extension StageKey {
  /// The digest of the salt in the key; nil if there is none.
  package var salt: String? { preimage.first { $0.path == Self.saltPath }?.text }

  private static let saltPath = "store.salt"

  /// The key combined with a salt: SHA-256 over the words `laconic salt`, the salt's digest and the
  /// key, each on a line.
  func salted(_ salt: String) -> StageKey {
    func salted(_ hex: String) -> String {
      ContentDigest.hex(of: Data("laconic salt\n\(salt)\n\(hex)\n".utf8))
    }
    var lines = preimage
    let line = KeyLine(path: Self.saltPath, text: salt)
    lines.insert(line, at: lines.firstIndex { $0.path > line.path } ?? lines.endIndex)
    return StageKey(
      hex: salted(hex), preimage: lines,
      prefix: prefix.map {
        PrefixKey(hex: salted($0.hex), steps: $0.steps, keepsState: $0.keepsState)
      })
  }
}
