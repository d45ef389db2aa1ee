/// The bounds of a template and its rendering, so that a hostile one ends soon with an error. Chat
/// templates of published models stay far below them.
package struct TemplateLimits: Sendable, Hashable {
  /// The longest template, in bytes of UTF-8.
  package var templateLength = 1 << 20
  /// The deepest nesting of blocks, brackets and parentheses that is parsed.
  package var nesting = 50
  /// The most parameters of a macro, and the most arguments of a call that have names.
  package var parameters = 1000
  /// The most steps of a rendering: nodes evaluated and elements visited.
  package var steps = 2_000_000
  /// The most bytes of text that all operations of a rendering may make or read.
  package var textBytes = 128 << 20
  /// The longest single text, the output among them, in bytes.
  package var longestText = 16 << 20
  /// The deepest nesting while rendering, calls of macros among it.
  package var depth = 250
  /// The deepest nesting of lists and mappings in one value.
  package var valueDepth = 100
  /// The longest range; that of jinja2's sandbox.
  package var longestRange = 100_000

  package init() {}
}
