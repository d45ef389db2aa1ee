import Foundation
import ModelCore
import TestSupport
import Testing

/// A header is checked before anything is made of it; errors name the file, the place, and both
/// what was expected and what was found.
@Suite struct GGUFFileTests {
  private static func sample() -> GGUFWriter {
    var file = GGUFWriter()
    file.set("a", .uint32(7))
    file.set("b", .texts(["x", "", "yz"]))
    file.add("t", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    file.add("u", shape: [4], values: [7, 8, 9, 10])
    return file
  }

  private static func complaint(_ bytes: Data) -> String {
    do {
      _ = try NamedTensors(decodingGGUF: bytes, file: "m.gguf")
      return ""
    } catch {
      return "\(error)"
    }
  }

  private static func complaint(_ change: (inout GGUFWriter) -> Void) -> String {
    var file = sample()
    change(&file)
    return complaint(file.data)
  }

  @Test(arguments: [UInt32(2), 3], [8, 32, 128])
  func `tensors are read under their names, slowest dimension first`(
    version: UInt32, alignment: Int
  ) throws {
    var file = Self.sample()
    file.version = version
    file.alignment = alignment
    file.set("general.alignment", .uint32(UInt32(alignment)))
    let read = try NamedTensors(decodingGGUF: file.data, file: "f")
    #expect(read["t"] == NamedTensor(name: "t", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))
    #expect(read["u"] == NamedTensor(name: "u", shape: [4], values: [7, 8, 9, 10]))
    #expect(read.tensors.count == 2)
  }

  @Test func `bytes that do not begin at index 0 are read alike`() throws {
    let bytes = Data([1, 2, 3]) + Self.sample().data
    let read = try NamedTensors(decodingGGUF: bytes.dropFirst(3), file: "f")
    #expect(read["u"]?.values == [7, 8, 9, 10])
  }

  @Test func `every beginning of a file is refused`() {
    let bytes = Self.sample().data
    // The last tensor has 16 bytes of padding.
    for count in 0..<(bytes.count - 16) {
      let complaint = Self.complaint(bytes.prefix(count))
      #expect(complaint.hasPrefix("m.gguf: "), "\(count): \(complaint)")
      #expect(!complaint.contains("\n"))
    }
  }

  @Test func `a header that lies is told so`() {
    let cases: [(said: String, change: (inout GGUFWriter) -> Void)] = [
      (
        "m.gguf: the header: expected a GGUF file, which begins with 'GGUF', found other bytes",
        { $0.magic = "GGML" }
      ),
      ("m.gguf: the version is 1; 2 and 3 are read", { $0.version = 1 }),
      (
        "m.gguf: the file is big-endian; little-endian files are read",
        { $0.version = UInt32(3).byteSwapped }
      ),
      (
        "m.gguf: the header: expected at most 10 tensors, found 18446744073709551615",
        { $0.tensorCount = .max }
      ),
      (
        "m.gguf: the header: expected at most 17 keys, found 4294967296",
        { $0.keyCount = 1 << 32 }
      ),
      ("m.gguf: key 'a' occurs twice", { $0.keys.append(("a", .uint32(7))) }),
      (
        "m.gguf: key 3: expected a name, found control characters or nothing",
        { $0.keys.append(("x\ny", .uint32(7))) }
      ),
      (
        "m.gguf: key 'c': expected a type of value from 0 to 12, found 13",
        { $0.set("c", .raw(type: 13, [])) }
      ),
      ("m.gguf: key 'c': expected 0 or 1, found 2", { $0.set("c", .raw(type: 7, [2])) }),
      (
        "m.gguf: key 'c': expected at most 4 arrays in each other, found more",
        { $0.set("c", .raw(type: 9, Self.nested(5))) }
      ),
      (
        "m.gguf: key 'general.alignment': expected a power of two up to 1048576, found 0",
        { $0.set("general.alignment", .uint32(0)) }
      ),
      (
        "m.gguf: key 'general.alignment': expected a power of two up to 1048576, found 48",
        { $0.set("general.alignment", .uint32(48)) }
      ),
      ("m.gguf: tensor 'u' occurs twice", { $0.tensors[0].name = "u" }),
      (
        "m.gguf: tensor 1: expected at most 64 bytes of text, found 65",
        { $0.tensors[0].name = String(repeating: "n", count: 65) }
      ),
      ("m.gguf: tensor 't': expected 1 to 4 dimensions, found 0", { $0.tensors[0].shape = [] }),
      (
        "m.gguf: tensor 't': expected 1 to 4 dimensions, found 5",
        { $0.tensors[0].shape = [1, 1, 1, 1, 1] }
      ),
      (
        "m.gguf: tensor 't': expected a possible shape, found 3×0",
        { $0.tensors[0].shape = [0, 3] }
      ),
      (
        "m.gguf: tensor 't': expected a possible shape, found 4294967296×4294967296",
        { $0.tensors[0].shape = [1 << 32, 1 << 32] }
      ),
      (
        "m.gguf: tensor 't': expected a possible shape, found 18446744073709551615",
        { $0.tensors[0].shape = [.max] }
      ),
      (
        "m.gguf: tensor 't' has the type Q2_K; F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, "
          + "Q5_K and Q6_K are read",
        { $0.tensors[0].code = 10 }
      ),
      (
        "m.gguf: tensor 't': expected rows of whole blocks of 32 (Q8_0), found rows of 3",
        { $0.tensors[0].code = 8 }
      ),
      (
        "m.gguf: tensor 'u': expected an offset that is a multiple of 32, found 36",
        { $0.tensors[1].offset = 36 }
      ),
      (
        "m.gguf: tensor 't': expected an offset from 16 on, after the values of tensor 'u', "
          + "found 0", { $0.tensors[1].offset = 0 }
      ),
    ]
    for (said, change) in cases {
      let complaint = Self.complaint(change)
      #expect(complaint == said, "\(complaint)")
    }
    let far = Self.complaint { $0.tensors[1].offset = 256 }
    #expect(far.hasPrefix("m.gguf: the file is cut short: "), "\(far)")
    let beyond = Self.complaint { $0.tensors[1].offset = .max }
    #expect(beyond.hasPrefix("m.gguf: tensor 'u': expected values inside the "), "\(beyond)")
  }

  /// The bytes of an array after its type, with this many arrays inside each other.
  private static func nested(_ depth: Int) -> [UInt8] {
    depth == 1
      ? GGUFWriter.bytes(UInt32(0)) + GGUFWriter.bytes(UInt64(0))
      : GGUFWriter.bytes(UInt32(9)) + GGUFWriter.bytes(UInt64(1)) + nested(depth - 1)
  }
}
