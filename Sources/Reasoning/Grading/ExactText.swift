/// A text as a dictionary key, compared by its bytes.
///
/// Swift treats canonically equivalent strings as equal: é as one scalar, and e followed by a
/// combining accent. Models read different tokens for them, so as prompts they are different.
package struct ExactText: Sendable, Hashable {
  private let bytes: [UInt8]

  package init(_ text: String) { bytes = Array(text.utf8) }
}
