package import Fields

/// The dialects that exist.
package enum ServerDialects {
  static let all: [any ServerDialect] = [
    VLLMDialect(),
    SGLangDialect(),
    LlamaCppDialect(),
    OpenAIDialect(),
  ]

  /// The names of all dialects.
  package static var names: [String] { all.map(\.name) }

  /// The dialects as the choices of a field.
  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  /// Returns all that a dialect can ask for; nil for an unknown name.
  package static func offers(of name: String) -> Set<ServerOffer>? {
    all.first { $0.name == name }?.offers
  }

  /// Returns the dialect of a name.
  /// - Throws: `ServerError.unknownDialect`.
  static func named(_ name: String) throws(ServerError) -> any ServerDialect {
    guard let dialect = all.first(where: { $0.name == name }) else {
      throw .unknownDialect(UnknownName("dialect", name, among: names).message)
    }
    return dialect
  }
}
