/// A message in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding),
/// field by field.
///
/// TensorBoard's files need a dozen fields of five messages, which never change. They are written
/// by hand, since the code generator of swift-protobuf and its library would add minutes to every
/// first build.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt8, _ value: Int64) {
    addTag(number, 0)
    addVarint(UInt64(bitPattern: value))
  }

  mutating func add(_ number: UInt8, _ value: Double) {
    addTag(number, 1)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ number: UInt8, _ value: Float) {
    addTag(number, 5)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ number: UInt8, _ text: String) { add(number, bytes: Array(text.utf8)) }

  mutating func add(_ number: UInt8, _ message: ProtobufMessage) {
    add(number, bytes: message.bytes)
  }

  private mutating func add(_ number: UInt8, bytes content: [UInt8]) {
    addTag(number, 2)
    addVarint(UInt64(content.count))
    bytes += content
  }

  /// - Precondition: the number is at most 15, so that the tag is one byte.
  private mutating func addTag(_ number: UInt8, _ wireType: UInt8) {
    precondition((1...15).contains(number), "a field's number fits in one byte with its type")
    bytes.append(number << 3 | wireType)
  }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func addLittleEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
