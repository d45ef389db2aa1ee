import Fields
package import Foundation

extension NamedTensors {
  /// Safetensors bytes: a little-endian 64-bit header length, a JSON header, then the values.
  ///
  /// The same tensors always give the same bytes: names sorted, offsets without gaps, the header
  /// padded with spaces to a multiple of 8, as huggingface/safetensors writes it. `metadata` is
  /// stored under `__metadata__`; it should hold nothing that changes from run to run.
  package func encoded(metadata: [String: String] = [:]) -> Data {
    var members: [(String, JSONText)] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
      members.append(("__metadata__", .object(pairs.map { ($0.key, .string($0.value)) })))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      members.append(
        (
          tensor.name,
          .object([
            ("dtype", .string("F32")),
            ("shape", .array(tensor.shape.map { .int($0) })),
            ("data_offsets", .array([.int(offset), .int(end)])),
          ])
        ))
      offset = end
    }
    var header = Data(JSONText.object(members).compact.utf8)
    header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))

    var bytes = Data(capacity: 8 + header.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: header.count >> shift))
    }
    bytes.append(header)
    for tensor in tensors {
      // Always little-endian, so that a digest is the same on every machine.
      let words = tensor.values.map { $0.bitPattern.littleEndian }
      unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
