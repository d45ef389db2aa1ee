import Fields
package import Foundation
import TensorCore

/// The number format in which weights are written, by the names of PyTorch.
package enum WeightPrecision: String, Sendable, CaseIterable {
  case float32, bfloat16, float16

  /// The format's name in safetensors files.
  var format: String {
    switch self {
    case .float32: F32Format.name
    case .bfloat16: BF16Format.name
    case .float16: F16Format.name
    }
  }

  var bytesPerValue: Int { self == .float32 ? 4 : 2 }

  /// Appends a value, rounded to the nearest; to the one with an even last bit between two.
  package func append(_ value: Float, to bytes: inout Data) {
    let bits = value.bitPattern
    switch self {
    case .float32:
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
      }
    case .bfloat16:
      let rounded = (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16
      Self.append(UInt16(truncatingIfNeeded: rounded), to: &bytes)
    case .float16:
      Self.append(Self.half(value), to: &bytes)
    }
  }

  private static func append(_ word: UInt16, to bytes: inout Data) {
    bytes.append(UInt8(truncatingIfNeeded: word))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
  }

  /// IEEE 754 binary16. `Float16` is not available on every platform.
  static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.magnitude
    if magnitude < 0x1p-14 {
      // Subnormal: multiples of 2⁻²⁴, rounded as the addition rounds.
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let bits = magnitude.bitPattern
    let rounded = (bits &+ 0xfff &+ (bits >> 13 & 1)) >> 13
    // The exponent's bias is 15 instead of 127.
    return sign | (rounded >= 143 << 10 ? 0x7c00 : UInt16(rounded - 112 << 10))
  }

  /// The largest magnitude that does not round to infinity.
  var limit: Float {
    switch self {
    case .float32: .greatestFiniteMagnitude
    case .bfloat16: Float(bitPattern: 0x7f7f_7fff)
    case .float16: 65519.996
    }
  }
}

/// The weights of an adapted model as a whole model has them: W + scale · A · B for every layer
/// with an adapter, computed in 32 bits, the products of one value summed in the order of their
/// ranks.
struct MergedWeights {
  private let parameters: [Parameter]
  /// A and B of each adapted layer, in the layout of files, by the name of the layer's weight.
  private let pairs: [String: (down: NamedTensor, up: NamedTensor)]
  private let scale: Float

  init(_ model: Transformer) {
    parameters = model.parameters.filter { !$0.isAdapter }
    scale = model.adapter?.scale ?? 0
    let adapters = Dictionary(
      uniqueKeysWithValues: model.parameters.filter(\.isAdapter).map { ($0.name, $0) })
    pairs = Dictionary(
      uniqueKeysWithValues: parameters.compactMap { parameter in
        let layer = String(parameter.name.dropLast(".weight".count))
        guard let down = adapters[layer + LoRALinear.downSuffix],
          let up = adapters[layer + LoRALinear.upSuffix]
        else { return nil }
        return (parameter.name, (down.inFileLayout, up.inFileLayout))
      })
  }

  /// The values of a parameter in the layout of files.
  func values(of parameter: Parameter) -> NamedTensor {
    var tensor = parameter.inFileLayout
    guard let (down, up) = pairs[parameter.name] else { return tensor }
    let (rank, inputs) = (down.shape[0], down.shape[1])
    var product = [Float](repeating: 0, count: inputs)
    for row in 0..<up.shape[0] {
      for column in 0..<inputs { product[column] = 0 }
      for k in 0..<rank {
        let factor = up.values[row * rank + k]
        for column in 0..<inputs { product[column] += factor * down.values[k * inputs + column] }
      }
      for column in 0..<inputs { tensor.values[row * inputs + column] += scale * product[column] }
    }
    return tensor
  }

  /// The bytes of a safetensors file, one parameter in 32 bits at a time.
  /// - Throws: `ModelFileError` if a value is too large for the precision.
  func encoded(
    _ precision: WeightPrecision, file: String
  ) throws(ModelFileError) -> Data {
    let sorted = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var bytes = SafetensorsWriter.header(
      of: sorted.map { ($0.name, TensorInFile($0).shape) }, metadata: ["format": "pt"],
      precision: precision)
    for parameter in sorted {
      for value in values(of: parameter).values {
        guard value.magnitude <= precision.limit else {
          throw ModelFileError(
            file,
            .unsupported(
              "tensor '\(parameter.name)' has the value \(value), which \(precision.rawValue) "
                + "cannot hold"))
        }
        precision.append(value, to: &bytes)
      }
    }
    return bytes
  }
}

extension AdapterFolder {
  /// The files of the whole model that a model with its adapter is.
  /// - Throws: `ModelFileError` if a value is too large for the precision.
  package static func mergedFiles(
    of model: Transformer, text: CheckpointText, precision: WeightPrecision
  ) throws(ModelFileError) -> [(path: String, data: Data)] {
    let bytes = try MergedWeights(model).encoded(precision, file: WeightFiles.single)
    return ModelFolder.contents(of: model, text: text, weights: .bytes(bytes), precision: precision)
      .map { ($0.path, $0.contents.data) }
  }
}
