import Fields

/// A piece of a template: text between tags, the bounds of tags, and the words inside them.
struct TemplateToken {
  enum Kind: Equatable {
    case text(String)
    case blockBegin, blockEnd, outputBegin, outputEnd
    case name(String)
    case string(String)
    case int(Int)
    case float(Double)
    /// An operator, bracket or comma, as written.
    case symbol(String)
    case end
  }

  let kind: Kind
  /// The offset in the template, in Unicode scalars.
  let position: Int

  /// The token in messages.
  var shown: String {
    switch kind {
    case .text: "text"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .outputBegin: "'{{'"
    case .outputEnd: "'}}'"
    case .name(let name): name.quoted
    case .string(let text): text.quoted
    case .int(let number): "'\(number)'"
    case .float(let number): "'\(number)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}
