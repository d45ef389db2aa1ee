import Fields

extension JSONText {
  /// The number as a finite double, however it is written; nil for what is none.
  var doubleValue: Double? {
    let number: Double? =
      switch self {
      case .int(let number): Double(number)
      case .double(let number): number
      case .float(let number): Double(number)
      case .number(let text): Double(text)
      case .null, .bool, .string, .array, .object: nil
      }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }

  /// True for `null`, and for a member that is absent.
  static func isNull(_ json: JSONText?) -> Bool {
    switch json {
    case nil, .null: true
    default: false
    }
  }

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
