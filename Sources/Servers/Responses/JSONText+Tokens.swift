import Fields

extension JSONText {
  /// A count of tokens; nil for what is none.
  var countValue: Int? { intValue.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil } }

  /// A list of token ids.
  /// - Throws: `ServerError.malformed` for anything else.
  func tokenIDs(_ name: String) throws(ServerError) -> [Int32] {
    guard let elements = arrayValue else { throw .malformed("'\(name)' is not a list of ids") }
    var ids: [Int32] = []
    ids.reserveCapacity(elements.count)
    for element in elements {
      guard let id = element.countValue else { throw .malformed("'\(name)' is not a list of ids") }
      ids.append(Int32(id))
    }
    return ids
  }
}
