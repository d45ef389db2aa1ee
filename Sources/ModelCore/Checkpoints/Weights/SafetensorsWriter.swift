import Fields
package import Foundation

/// Writes tensors as a safetensors file: a little-endian 64-bit header length, a JSON header, then
/// the values.
///
/// The same tensors always give the same bytes: names sorted, offsets without gaps, the header
/// padded with spaces to a multiple of 8, as huggingface/safetensors writes it. Values are handed
/// over in pieces, so that saving takes no second copy of the weights.
package enum SafetensorsWriter {
  /// The number of values of a piece, unless a row of a file is longer.
  static let pieceSize = 1 << 18

  /// - Parameters:
  ///   - metadata: is stored under `__metadata__`; it should hold nothing that changes from run to
  ///     run.
  ///   - write: receives the bytes in order.
  /// - Precondition: the names are unique.
  package static func write(
    _ tensors: [TensorInFile], metadata: [String: String] = [:], to write: (Data) throws -> Void
  ) rethrows {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    try write(header(of: sorted.map { ($0.name, $0.shape) }, metadata: metadata))
    for tensor in sorted {
      try tensor.forEachPiece(of: pieceSize) { try write(bytes(of: $0)) }
    }
  }

  /// The bytes before the values.
  /// - Parameters:
  ///   - tensors: sorted by name.
  ///   - precision: the format of all values.
  static func header(
    of tensors: [(name: String, shape: [Int])], metadata: [String: String],
    precision: WeightPrecision = .float32
  ) -> Data {
    var members: [(String, JSONText)] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
      members.append(("__metadata__", .object(pairs.map { ($0.key, .string($0.value)) })))
    }
    var offset = 0
    for (name, shape) in tensors {
      let end = offset + shape.reduce(1, *) * precision.bytesPerValue
      members.append(
        (
          name,
          .object([
            ("dtype", .string(precision.format)),
            ("shape", .array(shape.map { .int($0) })),
            ("data_offsets", .array([.int(offset), .int(end)])),
          ])
        ))
      offset = end
    }
    var header = Data(JSONText.object(members).compact.utf8)
    header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    var bytes = Data(capacity: 8 + header.count)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: header.count >> shift))
    }
    return bytes + header
  }

  /// Always little-endian, so that a digest is the same on every machine.
  static func bytes(of values: [Float]) -> Data {
    let words = values.map { $0.bitPattern.littleEndian }
    return unsafe words.withUnsafeBytes { unsafe Data($0) }
  }
}
