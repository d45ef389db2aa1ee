/// A text as a key, told apart by its bytes.
///
/// Swift holds texts for equal that Unicode holds for equivalent: é as one scalar and as an e with an
/// accent. Models read other tokens there, so as prompts the two differ.
package struct ExactText: Sendable, Hashable {
  private let bytes: [UInt8]

  package init(_ text: String) { bytes = Array(text.utf8) }
}
