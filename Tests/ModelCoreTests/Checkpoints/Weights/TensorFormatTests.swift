import Foundation
import ModelCore
import TestSupport
import Testing

/// Values are those of `gguf.quants.dequantize`, bit for bit: see Reference/freeze_gguf.py.
@Suite struct TensorFormatTests {
  private struct Frozen: Decodable {
    let code: UInt32
    let bytes: String
    let values: String
  }

  private static func frozen() throws -> [String: Frozen] {
    let folder = try #require(Bundle.module.resourceURL)
    let bytes = try Data(contentsOf: folder.appending(path: "Reference/gguf_blocks.json"))
    return try JSONDecoder().decode([String: Frozen].self, from: bytes)
  }

  /// The numbers in a text of hexadecimal digits, `width` for each.
  private static func numbers<Number: FixedWidthInteger>(
    _ text: String, width: Int
  ) throws -> [Number] {
    let digits = Array(text)
    return try stride(from: 0, to: digits.count, by: width).map {
      try #require(Number(String(digits[$0..<($0 + width)]), radix: 16))
    }
  }

  @Test(arguments: [
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K",
  ])
  func `blocks become the values that ggml makes of them`(name: String) throws {
    let frozen = try #require(try Self.frozen()[name])
    let bytes: [UInt8] = try Self.numbers(frozen.bytes, width: 2)
    let values: [UInt32] = try Self.numbers(frozen.values, width: 8)
    var file = GGUFWriter()
    file.tensors = [
      GGUFWriter.Tensor(
        name: "first", shape: [1, UInt64(values.count)], code: frozen.code, bytes: bytes),
      GGUFWriter.Tensor(
        name: "x", shape: [1, UInt64(values.count)], code: frozen.code, bytes: bytes),
    ]
    let read = try NamedTensors(decodingGGUF: file.data, file: "f")
    #expect(read.names == ["first", "x"])
    #expect(try bits(#require(read["x"]).values) == values)
    #expect(try #require(read["x"]).shape == [1, values.count])
  }

  @Test func `every format that is frozen is read, and no other`() throws {
    let codes = Set(try Self.frozen().values.map(\.code))
    for code in UInt32(0)...50 {
      var file = GGUFWriter()
      // As many bytes as 256 values take at most.
      file.tensors = [
        GGUFWriter.Tensor(
          name: "x", shape: [256], code: code, bytes: [UInt8](repeating: 0, count: 1024))
      ]
      let isRead = (try? NamedTensors(decodingGGUF: file.data, file: "f")) != nil
      #expect(isRead == codes.contains(code), "\(code)")
    }
  }
}
