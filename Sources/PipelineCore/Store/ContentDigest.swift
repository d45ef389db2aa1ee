import Crypto
package import Foundation

/// SHA-256 as the store writes it: 64 lower-case hexadecimal digits.
package enum ContentDigest {
  package static func hex(of bytes: Data) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }

  /// Whether `text` could be a digest: what comes from a file or a person is checked before it
  /// becomes part of a path.
  package static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

/// A digest of bytes that come in pieces.
struct DigestStream {
  private var hash = SHA256()

  mutating func update(_ piece: UnsafeRawBufferPointer) { hash.update(bufferPointer: piece) }

  func hex() -> String { hexadecimal(hash.finalize()) }
}

/// Bytes as lower-case hexadecimal digits, two each.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(64)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
