import Fields

/// The members of a `config.json`, of a file like it, or of an object in it, read by their names. A
/// member that is null counts as missing.
struct ConfigurationMembers {
  let file: String
  private let object: JSONText
  /// The names of the enclosing members, each with a final point.
  private let path: String
  /// The beginning of errors about a member that is missing or of a wrong type.
  private let refusal: String

  /// - Throws: an error if the value is not an object.
  init(
    _ json: JSONText, file: String,
    refusal: String = "this is not the config.json of a model we know: "
  ) throws(ModelFileError) {
    guard case .object = json else {
      throw ModelFileError(file, .malformed(refusal + "it is not a JSON object"))
    }
    self.init(file: file, object: json, path: "", refusal: refusal)
  }

  private init(file: String, object: JSONText, path: String, refusal: String) {
    self.file = file
    self.object = object
    self.path = path
    self.refusal = refusal
  }

  /// The names of the members that are not null, in their order.
  var names: [String] { object.memberNames }

  /// The value of a member as it is written; nil if it is missing.
  func json(_ name: String) -> JSONText? { object.value(of: name) }

  func int(_ name: String) throws(ModelFileError) -> Int? {
    try value(name) { $0.wholeValue }
  }

  func int(required name: String) throws(ModelFileError) -> Int {
    try present(try int(name), name)
  }

  func double(_ name: String) throws(ModelFileError) -> Double? {
    try value(name) { $0.finiteValue }
  }

  func bool(_ name: String) throws(ModelFileError) -> Bool? {
    try value(name) { if case .bool(let flag) = $0 { flag } else { nil } }
  }

  func string(_ name: String) throws(ModelFileError) -> String? {
    try value(name) { $0.stringValue }
  }

  func string(required name: String) throws(ModelFileError) -> String {
    try present(try string(name), name)
  }

  func strings(_ name: String) throws(ModelFileError) -> [String]? {
    try value(name) { json in
      guard let elements = json.arrayValue else { return nil }
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    }
  }

  /// One token, or a list of tokens; empty if there is none.
  func tokens(_ name: String) throws(ModelFileError) -> [Int32] {
    try value(name) { json in
      let elements = json.arrayValue ?? [json]
      let ids = elements.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }
      return ids.count == elements.count ? ids : nil
    } ?? []
  }

  /// The members of an object inside this one; nil if it is missing.
  func members(_ name: String) throws(ModelFileError) -> ConfigurationMembers? {
    try value(name) { json in
      guard case .object = json else { return nil }
      return ConfigurationMembers(
        file: file, object: json, path: path + name + ".", refusal: refusal)
    }
  }

  /// The error that some feature is not read.
  func unsupported(_ text: String) -> ModelFileError { ModelFileError(file, .unsupported(text)) }
  /// The error that a value cannot make a model.
  func malformed(_ text: String) -> ModelFileError { ModelFileError(file, .malformed(text)) }

  private func value<Value>(
    _ name: String, _ read: (JSONText) -> Value?
  ) throws(ModelFileError) -> Value? {
    guard let json = json(name) else { return nil }
    guard let value = read(json) else {
      throw malformed(refusal + "'\(path)\(name)' has a value of the wrong type")
    }
    return value
  }

  private func present<Value>(_ value: Value?, _ name: String) throws(ModelFileError) -> Value {
    guard let value else { throw malformed(refusal + "'\(path)\(name)' is missing") }
    return value
  }
}

extension JSONText {
  /// The value of a number with an integral value; nil for other values, and beyond 64 bits.
  fileprivate var wholeValue: Int? {
    intValue ?? finiteValue.flatMap(Int.init(exactly:))
  }
}
