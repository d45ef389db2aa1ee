/// The members of a `config.json` that is being decoded, by their names in the file.
struct SavedMembers {
  let container: KeyedDecodingContainer<SnakeCase.Key>

  /// The value of a member; nil if it is missing or null.
  func value<Value: Decodable>(of name: String) throws -> Value? {
    try container.decodeIfPresent(
      Value.self, forKey: SnakeCase.Key(stringValue: SnakeCase.swiftName(of: name)))
  }
}

/// Converts names with underscores to Swift's. Unlike the decoder's own strategy it does not accept
/// `hiddenSize` for `hidden_size`, which would be a second spelling of the same member.
enum SnakeCase {
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static func key(_ key: any CodingKey) -> any CodingKey {
    guard key.intValue == nil else { return key }
    let name = key.stringValue
    return Key(stringValue: name.contains(where: \.isUppercase) ? "?" + name : swiftName(of: name))
  }

  static func swiftName(of name: String) -> String {
    let words = name.split(separator: "_")
    let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return (words.first.map(String.init) ?? "") + rest.joined()
  }

  static func spelling(_ name: String) -> String {
    name.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
  }
}
