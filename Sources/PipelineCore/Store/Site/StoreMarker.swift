import Foundation

/// The file that makes a folder a store and says how to read it.
///
/// ```
/// format: 1
/// id: 3f0c9a…
/// shared: group
/// ```
/// It is the first file written into a store. The user may add the last line (`docs/store.md`).
struct StoreMarker: Hashable {
  static let name = "laconic-store"
  /// Raise when older versions must no longer write into the store.
  static let format = 1
  private static let mostBytes = 4096

  /// Distinguishes stores for users; nothing depends on it.
  var id: String?
  /// True if the group of the store's folder may write as well as its owner.
  var isShared = false

  static func path(in root: String) -> String { root + "/" + name }

  /// The marker of a new store.
  init() { id = StoreName.randomDigits() + StoreName.randomDigits() }

  var bytes: Data {
    let lines =
      ["format: \(Self.format)"] + (id.map { ["id: \($0)"] } ?? [])
      + (isShared ? ["shared: group"] : [])
    return Data(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// - Throws: `StoreError.newerStore`, or `.unreadable` naming the line that is not understood.
  init(decoding bytes: Data, from place: String) throws {
    func refused(_ reason: String) -> StoreError { .unreadable(path: place, reason: reason) }
    guard bytes.count <= Self.mostBytes else { throw refused("it is not the marker of a store") }
    var format: Int?
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.isEmpty || text.hasPrefix("#") { continue }
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      switch (parts[0], parts.count == 2 ? parts[1] : nil) {
      case ("format", let value?):
        guard let number = Int(value), number > 0 else {
          throw refused("its format must be a number, \(Self.format)")
        }
        format = number
        // A later format may have other lines, so the rest is not checked.
        if number > Self.format { throw StoreError.newerStore(path: place, format: number) }
      case ("id", let value?): id = value
      case ("shared", "group"): isShared = true
      case ("shared", _): throw refused("'shared' can only be 'group'")
      default:
        throw refused(
          format == nil
            ? "it is not the marker of a store; one begins with 'format: \(Self.format)'"
            : "its lines are 'format', 'id' and 'shared: group'")
      }
    }
    guard format != nil else {
      throw refused("it is not the marker of a store; one begins with 'format: \(Self.format)'")
    }
  }
}
