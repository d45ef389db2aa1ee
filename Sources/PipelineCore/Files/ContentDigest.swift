import Crypto
import Fields
package import Foundation

/// SHA-256 in the form the store uses: 64 lower-case hexadecimal digits.
package enum ContentDigest {
  package static func hex(of bytes: Data) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }

  /// True if `text` has the form of a digest. Text that comes from a file or a user is checked
  /// before it becomes part of a path.
  package static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

/// Computes the digest of bytes that arrive in pieces.
struct DigestStream {
  private var hash = SHA256()

  mutating func update(_ piece: UnsafeRawBufferPointer) { hash.update(bufferPointer: piece) }

  mutating func update(_ piece: Data) { hash.update(data: piece) }

  func hex() -> String { hexadecimal(hash.finalize()) }
}
