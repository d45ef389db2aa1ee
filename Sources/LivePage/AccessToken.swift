import Fields

/// The secret in the page's address, which every request must bear: other users of the machine can
/// reach the port, and other pages in the browser can send requests to it.
package struct AccessToken: Sendable, Hashable {
  /// 32 hexadecimal digits.
  package let text: String

  /// Draws 128 bits from the system's generator.
  package init() { text = hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max) }) }

  /// True if the given text is the token. The time that the comparison takes does not depend on
  /// where they differ.
  package func matches(_ given: String?) -> Bool {
    guard let given, given.utf8.count == text.utf8.count else { return false }
    return zip(given.utf8, text.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
