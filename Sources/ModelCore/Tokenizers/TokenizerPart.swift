import Fields
import Foundation

/// A part of `tokenizer.json`, with the way to it, so that an error can say where it is.
struct TokenizerPart {
  /// The file that the part is in.
  struct Source {
    let file: String
    /// The file's bytes; nil if the parts were not read from JSON, so that nothing has a place.
    let bytes: Data?
  }

  let json: JSONText
  let path: [String]
  let source: Source

  /// The member's name in messages: `pre_tokenizer`, `pre_tokenizer.pretokenizers.0`.
  var name: String { path.joined(separator: ".") }

  // MARK: Members

  /// The value of a member; nil if it is absent or null.
  private func value(_ member: String) -> JSONText? {
    guard let value = json[member] else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// A member that is a part itself; nil if it is absent or null.
  func part(_ member: String) -> TokenizerPart? {
    value(member).map { TokenizerPart(json: $0, path: path + [member], source: source) }
  }

  func string(_ member: String) throws(ModelFileError) -> String {
    guard let text = value(member)?.stringValue else { throw wrong(member, "a string") }
    return text
  }

  func optionalString(_ member: String) throws(ModelFileError) -> String? {
    value(member) == nil ? nil : try string(member)
  }

  func flag(_ member: String, default standard: Bool? = nil) throws(ModelFileError) -> Bool {
    guard let value = value(member) else {
      if let standard { return standard }
      throw wrong(member, "true or false")
    }
    guard case .bool(let flag) = value else { throw wrong(member, "true or false") }
    return flag
  }

  func count(_ member: String) throws(ModelFileError) -> Int {
    guard let number = value(member)?.intValue, number >= 0 else {
      throw wrong(member, "a number that is not negative")
    }
    return number
  }

  /// The id of a token.
  func tokenID(_ member: String) throws(ModelFileError) -> Int32 {
    guard let number = value(member)?.intValue, let id = Int32(exactly: number), id >= 0,
      id <= TokenVocabulary.largestID
    else { throw wrong(member, "the id of a token, at most \(TokenVocabulary.largestID)") }
    return id
  }

  /// The id of a token in a list of them.
  func tokenID(element index: Int, of member: String) throws(ModelFileError) -> Int32 {
    let elements = value(member)?.arrayValue ?? []
    guard elements.indices.contains(index), let number = elements[index].intValue,
      let id = Int32(exactly: number), id >= 0, id <= TokenVocabulary.largestID
    else { throw wrong(member, "ids of tokens, at most \(TokenVocabulary.largestID)") }
    return id
  }

  /// The one character of a member.
  func scalar(_ member: String) throws(ModelFileError) -> Unicode.Scalar {
    let scalars = try string(member).unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1 else {
      throw wrong(member, "one character")
    }
    return scalar
  }

  /// The elements of a member that is a list.
  func list(_ member: String) throws(ModelFileError) -> [TokenizerPart] {
    guard let elements = value(member)?.arrayValue else { throw wrong(member, "a list") }
    return elements.enumerated().map { index, element in
      TokenizerPart(json: element, path: path + [member, String(index)], source: source)
    }
  }

  /// One of some words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ member: String
  ) throws(ModelFileError) -> Choice where Choice.RawValue == String {
    let text = try string(member)
    if let choice = Choice(rawValue: text) { return choice }
    throw unknown(
      "\(member) '\(text)'", expected: Choice.allCases.map { "'\($0.rawValue)'" }, at: member)
  }

  /// A `pattern`: `{"String": …}` or `{"Regex": …}`.
  func pattern() throws(ModelFileError) -> TextPattern {
    guard let pattern = part("pattern") else { throw wrong("pattern", "a String or a Regex") }
    if let text = try pattern.optionalString("String") {
      guard !text.isEmpty else {
        throw pattern.failure(.unsupported("the pattern is an empty String"), at: "String")
      }
      return .literal(Array(text.utf8))
    }
    let text = try pattern.string("Regex")
    do {
      return try TextPattern(expression: text)
    } catch {
      throw pattern.failure(
        .unsupported(
          "the pattern is not read: \(error.reason), at character \(error.place + 1) of it"),
        at: "Regex")
    }
  }

  /// Returns the entry of a registry whose name is the `type` of this part.
  /// - Parameters:
  ///   - registry: the entries.
  ///   - kind: the kind of part, for the message.
  ///   - others: types that are read elsewhere, for the message.
  ///   - name: returns the type that an entry reads.
  func entry<Entry>(
    of registry: [Entry], kind: String, besides others: [String] = [], _ name: (Entry) -> String
  ) throws(ModelFileError) -> Entry {
    guard case .object = json else { throw wrong(nil, "an object") }
    let type = try string("type")
    if let entry = registry.first(where: { name($0) == type }) { return entry }
    throw unknown(
      "\(kind) '\(type)'", expected: (registry.map(name) + others).map { "'\($0)'" }, at: "type")
  }

  // MARK: Errors

  /// Returns the error that a member has a value of the wrong type, or none.
  func wrong(_ member: String?, _ expected: String) -> ModelFileError {
    let name = (path + [member].compactMap { $0 }).joined(separator: ".")
    let found = member.map { value($0) == nil ? "nothing" : "something else" } ?? "something else"
    return failure(.malformed("'\(name)': expected \(expected), found \(found)"), at: member)
  }

  func unknown(
    _ what: String, expected: [String], at member: String? = nil
  ) -> ModelFileError {
    failure(
      .unsupported("unknown \(what); expected \(expected.joined(separator: ", "))"), at: member)
  }

  /// Returns an error with the line and column of a member, or of this part.
  func failure(_ problem: ModelFileError.Problem, at member: String? = nil) -> ModelFileError {
    let file = source.file
    guard let bytes = source.bytes else { return ModelFileError(file, problem) }
    let places = [path + [member].compactMap { $0 }, path]
    guard let place = places.lazy.compactMap({ JSONPlace(of: $0, in: bytes) }).first else {
      return ModelFileError(file, problem)
    }
    let before = bytes.prefix(place.value)
    let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
    // Columns count characters, not bytes.
    let column = 1 + before[start...].count { $0 & 0xC0 != 0x80 }
    return ModelFileError("\(file):\(line):\(column)", problem)
  }
}
