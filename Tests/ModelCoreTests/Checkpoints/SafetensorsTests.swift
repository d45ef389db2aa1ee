import Foundation
import ModelCore
import Testing

@Suite struct SafetensorsTests {
  static let sample = NamedTensors([
    NamedTensor(name: "b", shape: [2, 2], values: [1, -2, 0.5, .infinity]),
    NamedTensor(name: "a", shape: [3], values: [0, -0.0, .leastNonzeroMagnitude]),
    NamedTensor(name: "a.empty", shape: [0, 7], values: []),
    NamedTensor(name: "scalar", shape: [], values: [3]),
  ])

  @Test func `what is written is read back, sorted by name`() throws {
    let read = try NamedTensors(decoding: Self.sample.encoded(), file: "f")
    #expect(read.names == ["a", "a.empty", "b", "scalar"])
    #expect(read["b"]?.shape == [2, 2])
    #expect(read["b"]?.values == [1, -2, 0.5, .infinity])
    #expect(read["a"]?.values.map(\.bitPattern) == [0, 0x8000_0000, 1])
    #expect(read["scalar"]?.values == [3])
    #expect(read["c"] == nil)
    #expect(read.encoded() == Self.sample.encoded())
  }

  /// If this changes, raise the format of everything that stores these bytes.
  @Test func `the bytes are the ones we promised`() {
    let tensors = NamedTensors([
      NamedTensor(name: "w", shape: [1, 2], values: [1, -2]),
      NamedTensor(name: "b\"", shape: [1], values: [0.5]),
    ])
    let header =
      #"{"__metadata__":{"format":"pt"},"b\"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""w":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}"#
    var expected = Data([UInt8((header.utf8.count + 7) / 8 * 8), 0, 0, 0, 0, 0, 0, 0])
    expected.append(Data(header.utf8))
    while expected.count % 8 != 0 { expected.append(0x20) }
    expected.append(Data([0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
    #expect(tensors.encoded(metadata: ["format": "pt"]) == expected)
  }

  @Test func `half precision is widened exactly`() throws {
    // 1, -2, the largest half, the smallest subnormal, minus infinity; then 1 and -2 in bfloat16.
    let halves: [UInt16] = [0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00]
    let brains: [UInt16] = [0x3f80, 0xc000]
    let bytes = file(
      header: #"{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"#
        + #""b":{"dtype":"BF16","shape":[2],"data_offsets":[10,14]}}"#,
      values: (halves + brains).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
    let read = try NamedTensors(decoding: bytes, file: "f")
    #expect(read["h"]?.values == [1, -2, 65504, 0x1p-24, -.infinity])
    #expect(read["b"]?.values == [1, -2])
  }

  @Test func `every way a file can be cut is an error`() {
    let bytes = Self.sample.encoded()
    for count in 0..<bytes.count {
      #expect(throws: ModelFileError.self, "cut to \(count) bytes") {
        try NamedTensors(decoding: bytes.prefix(count), file: "f")
      }
    }
  }

  static let misfits: [(String, Int)] = [
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),  // a gap before
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8),  // a rest after
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),  // shape beyond the bytes
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 4),  // bytes beyond the end
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),  // end before begin
    (#"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4),
    (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, 8),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4),
    // Two tensors share bytes.
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, 4
    ),
    (#"{"__metadata__":3}"#, 0),
    ("[]", 0), ("", 0), ("{", 0),
  ]

  @Test(arguments: misfits)
  func `a header that does not fit its bytes is an error`(header: String, valueCount: Int) {
    let bytes = file(header: header, values: [UInt8](repeating: 0, count: valueCount))
    #expect(throws: ModelFileError.self) { try NamedTensors(decoding: bytes, file: "f") }
  }

  @Test func `a header nested without end is an error`() {
    for opening in ["[", #"{"a":"#] {
      let bytes = file(header: String(repeating: opening, count: 100_000), values: [])
      #expect(throws: ModelFileError.self) { try NamedTensors(decoding: bytes, file: "f") }
    }
  }

  @Test func `a header length beyond reason is refused before it is believed`() {
    let lengths: [UInt64] = [.max, 1 << 63, 1 << 40, 16_777_217]
    for length in lengths {
      let bytes = littleEndian(length) + Data(repeating: 0x20, count: 64)
      #expect(throws: ModelFileError.self) { try NamedTensors(decoding: bytes, file: "f") }
    }
  }

  /// A mutated header causes an error or still describes existing bytes; none causes a trap.
  @Test func `no mutation of a header traps, and most are noticed`() throws {
    let bytes = Self.sample.encoded()
    let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    func random(_ bound: Int) -> Int {  // Marsaglia's xorshift64
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var refused = 0
    let rounds = 600
    for _ in 0..<rounds {
      var mutated = bytes
      for _ in 0...random(3) {
        let place = random(headerEnd)
        switch random(4) {
        case 0: mutated[place] = UInt8(random(256))
        case 1: mutated[place] = UInt8(ascii: "0") + UInt8(random(10))
        case 2: mutated.remove(at: place)
        default: mutated.insert(UInt8(random(256)), at: place)
        }
      }
      do {
        let read = try NamedTensors(decoding: mutated, file: "f")
        #expect(read.tensors.allSatisfy { $0.shape.reduce(1, *) == $0.values.count })
      } catch {
        refused += 1
      }
    }
    #expect(refused > rounds * 8 / 10)
  }

  @Test func `an error names the file and says what is wrong`() {
    let error = ModelFileError("model.safetensors", .truncated(expected: 8, found: 3))
    #expect(
      "\(error)" == "model.safetensors: the file is cut short: 8 bytes are needed, 3 are there")
  }

  private func file(header: String, values: [UInt8]) -> Data {
    littleEndian(UInt64(header.utf8.count)) + Data(header.utf8) + Data(values)
  }

  private func littleEndian(_ number: UInt64) -> Data {
    Data((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) })
  }
}
