import Foundation
import ModelCore
import TensorCore
import Testing

@Suite struct SafetensorsWriterTests {
  /// Values that are told apart, in a vector, a matrix and matrices that files transpose.
  private static func tensors() -> [TensorInFile] {
    func tensor(_ shape: [Int]) -> Tensor {
      Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { Float($0) - 0.5 })
    }
    return [
      TensorInFile(name: "w.large", tensor([500, 600]), isTransposed: true),
      TensorInFile(name: "w.wide", tensor([3, 5]), isTransposed: true),
      TensorInFile(name: "embedding", tensor([600, 500])),
      TensorInFile(name: "norm", tensor([7])),
      TensorInFile(name: "nothing", tensor([0, 4])),
    ]
  }

  private static func pieces(of tensors: [TensorInFile]) -> [Data] {
    var pieces: [Data] = []
    SafetensorsWriter.write(tensors, metadata: ["format": "pt"]) { pieces.append($0) }
    return pieces
  }

  @Test func `a file is handed over in pieces of at most a mebibyte`() {
    let pieces = Self.pieces(of: Self.tensors())
    #expect(pieces.reduce(0) { $0 + $1.count } > 2_000_000)
    #expect(pieces.allSatisfy { $0.count <= 1 << 20 })
  }

  @Test func `pieces together are the bytes of the tensors as files hold them`() throws {
    let bytes = Self.pieces(of: Self.tensors()).reduce(Data(), +)
    let read = try NamedTensors(decoding: bytes, file: "f")
    #expect(read.encoded(metadata: ["format": "pt"]) == bytes)
    #expect(read["w.wide"]?.shape == [5, 3])
    #expect(read["w.wide"]?.values.prefix(4) == [-0.5, 4.5, 9.5, 0.5])
    let large = try #require(read["w.large"])
    let values = large.values
    for column in stride(from: 0, to: 600, by: 7) {
      for row in stride(from: 0, to: 500, by: 61) {
        #expect(values[column * 500 + row] == Float(row * 600 + column) - 0.5)
      }
    }
    #expect(read["embedding"]?.values.last == 299_998.5)
  }

  @Test(arguments: [1, 3, 7, 64, 1 << 20])
  func `pieces of any size are restored to the same values`(size: Int) throws {
    let saved = [
      TensorInFile(name: "a", Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, -0.0])),
      TensorInFile(name: "none", Tensor(shape: [0])),
      TensorInFile(name: "other", Tensor(shape: [2], values: [8, 9])),
      TensorInFile(name: "z", Tensor(shape: [1], values: [.pi])),
    ]
    let bytes = Self.pieces(of: saved).reduce(Data(), +)
    let (a, z) = (Tensor(shape: [2, 3]), Tensor(shape: [1]))
    var restorer = SafetensorsRestorer(
      [TensorInFile(name: "z", z), TensorInFile(name: "a", a)], file: "f")
    for start in stride(from: 0, to: bytes.count, by: size) {
      try restorer.take(bytes[start..<min(bytes.count, start + size)], fileSize: bytes.count)
    }
    try restorer.finish()
    #expect(a.values.map(\.bitPattern) == [1, 2, 3, 4, 5, -0.0].map(\Float.bitPattern))
    #expect(z.values == [.pi])
  }

  @Test func `a file that is cut, or lacks a tensor, is refused by name`() throws {
    let bytes = Self.pieces(
      of: [TensorInFile(name: "a", Tensor(shape: [2], values: [1, 2]))]
    ).reduce(Data(), +)
    for count in 0..<bytes.count {
      var cut = SafetensorsRestorer([TensorInFile(name: "a", Tensor(shape: [2]))], file: "f")
      #expect(throws: ModelFileError.self, "cut to \(count) bytes") {
        // The size that the file has, and the one that it should have.
        try cut.take(bytes.prefix(count), fileSize: count)
        try cut.finish()
      }
      var torn = SafetensorsRestorer([TensorInFile(name: "a", Tensor(shape: [2]))], file: "f")
      #expect(throws: ModelFileError.self, "torn after \(count) bytes") {
        try torn.take(bytes.prefix(count), fileSize: bytes.count)
        try torn.finish()
      }
    }
    let target = Tensor(shape: [1], values: [7])
    for name in ["a", "b"] {
      var restorer = SafetensorsRestorer([TensorInFile(name: name, target)], file: "f")
      let error = #expect(throws: ModelFileError.self) {
        try restorer.take(bytes, fileSize: bytes.count)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains("'\(name)'"))
    }
    #expect(target.values == [7])
  }
}
