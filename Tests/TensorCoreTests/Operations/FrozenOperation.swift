import Foundation
import TensorCore
import Testing

/// The values that Reference/freeze_operations.py computed for one declaration.
struct FrozenOperation {
  let declared: DeclaredOperation
  /// The inputs, with float32 values.
  let inputs: [Matrix]
  /// d loss / d output, with float32 values.
  let seed: Matrix
  let output: Matrix
  let gradients: [Matrix]

  init(_ declared: DeclaredOperation) throws {
    let file = try FrozenFile.operations.get()
    self.declared = declared
    inputs = try declared.inputs.map { input in
      try file.matrix("\(declared.name).in.\(input.name)", shape: input.shape)
    }
    gradients = try declared.inputs.map { input in
      try file.matrix("\(declared.name).grad.\(input.name)", shape: input.shape)
    }
    seed = try file.matrix("\(declared.name).seed")
    output = try file.matrix("\(declared.name).output")
  }

  /// The inputs as tensors that require gradients.
  var tensors: [Tensor] {
    zip(declared.inputs, inputs).map { input, matrix in
      let tensor = Tensor(shape: input.shape, values: matrix.values.map { Float($0) })
      tensor.requiresGradient = true
      return tensor
    }
  }
}

/// A safetensors file of float32 and float64, read without the library.
struct FrozenFile: Sendable {
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }
  private let entries: [String: Entry]
  private let payload: Data

  static let operations = Result { try FrozenFile("operations") }

  init(_ name: String) throws {
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "safetensors", subdirectory: "Reference"))
    let data = try Data(contentsOf: url)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    entries = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
    payload = Data(data[(8 + length)...])
  }

  /// Reads a matrix.
  /// - Parameter shape: the expected shape.
  func matrix(_ name: String, shape: [Int]? = nil) throws -> Matrix {
    let entry = try #require(entries[name], "'\(name)' is not frozen: run freeze_operations.py")
    try #require(shape == nil || shape == entry.shape, "'\(name)' is \(entry.shape)")
    let bytes = payload[entry.offsets[0]..<entry.offsets[1]]
    let values: [Double] = bytes.withUnsafeBytes { raw in
      entry.dtype == "F32"
        ? (0..<raw.count / 4).map {
          Double(raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self))
        }
        : (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
    return Matrix(shape: entry.shape, values: values)
  }
}
