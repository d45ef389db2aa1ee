import Fields

/// An error in a chat template, or in what it was given, with its place in the template.
package struct TemplateError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The template is not written in the language.
    case syntax
    /// Something that does not exist was used.
    case undefined
    /// An operation does not fit its values.
    case type
    /// The template raised the error itself: it refuses the messages.
    case raised
    /// The template needs more work, text or nesting than it may.
    case limit
  }

  package let kind: Kind
  /// The template's name as given by the caller.
  package let template: String
  /// The place in the template; both count from 1, columns in Unicode scalars.
  package let line: Int
  package let column: Int
  package let message: String
  package let help: String?
  /// The line of the template, or the part around the place, and the caret's offset in it.
  let excerpt: String
  let caret: Int
}

extension TemplateError: CustomStringConvertible {
  /// The place and the message, the line with a caret, and the advice if there is any.
  package var description: String {
    let gutter = " \(line) | "
    let blank = String(repeating: " ", count: gutter.count - 2) + "| "
    var text = "\(template):\(line):\(column): \(message)\n"
    text += gutter + excerpt + "\n" + blank + String(repeating: " ", count: caret) + "^"
    if let help { text += "\nhelp: " + help }
    return text
  }
}

/// The reason a template cannot go on, before its place is known.
struct TemplateFault: Error {
  var kind: TemplateError.Kind
  var message: String
  var help: String?

  init(_ kind: TemplateError.Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  static func type(_ message: String, help: String? = nil) -> TemplateFault {
    TemplateFault(.type, message, help: help)
  }
}

extension TemplateError {
  /// The most scalars of a long line that are shown before the place, and after it.
  private static let before = 50
  private static let after = 40

  init(_ fault: TemplateFault, at position: Int, in source: [Unicode.Scalar], template: String) {
    let place = min(max(position, 0), source.count)
    let start = (source[..<place].lastIndex(of: "\n") ?? -1) + 1
    let end = source[place...].firstIndex(of: "\n") ?? source.count
    let first = max(start, place - Self.before)
    let last = min(end, place + Self.after)
    kind = fault.kind
    self.template = template
    line = source[..<place].count { $0 == "\n" } + 1
    column = place - start + 1
    message = fault.message
    help = fault.help
    let lead = first > start ? "…" : ""
    // Tabs and other control characters take one column, so that the caret is where it belongs.
    let shown = source[first..<last].map { $0.isUnshowable || $0 == "\t" ? " " : $0 }
    excerpt = lead + String(shown) + (last < end ? "…" : "")
    caret = place - first + lead.count
  }
}

extension String {
  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var view = UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}
