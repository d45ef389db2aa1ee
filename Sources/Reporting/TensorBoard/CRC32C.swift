/// The cyclic redundancy check with Castagnoli's polynomial (RFC 3720, appendix B.4), which guards
/// the records of TensorFlow's files.
package enum CRC32C {
  /// 0x1EDC6F41, its bits in reverse.
  private static let polynomial: UInt32 = 0x82F6_3B78

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in
      rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1
    }
  }

  package static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { rest, byte in
      rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
    }
  }

  /// The checksum as records hold it: rotated right by 15 bits, plus a constant, so that the check
  /// of data that itself holds checks stays strong (tensorflow/core/lib/hash/crc32c.h).
  static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(of: bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
