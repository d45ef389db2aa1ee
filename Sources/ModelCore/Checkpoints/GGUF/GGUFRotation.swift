import Fields
import Foundation

/// The members of `config.json` on rotation, from the metadata of a GGUF file.
enum GGUFRotation {
  /// The tensor with the divisors of the rotary frequencies, which files of Llama 3.1 and later
  /// have.
  static let divisors = "rope_freqs.weight"

  static func members(
    _ keys: GGUFKeys, headSize: Int, _ weights: GGUFWeights
  ) throws(ModelFileError) -> [(String, JSONText)] {
    let base = try keys.number("rope.freq_base") ?? 10000
    var members: [(String, JSONText)] = [("rope_theta", .double(base))]
    if let rotated = try keys.integer("rope.dimension_count"), rotated != headSize {
      members.append(("partial_rotary_factor", .double(Double(rotated) / Double(headSize))))
    }
    if let scaling = try scaling(keys) { members.append(("rope_scaling", scaling)) }
    guard let tensor = weights.source.tensors.first(where: { $0.name == divisors }) else {
      return members
    }
    guard members.last?.0 != "rope_scaling", let rule = Llama3Rule(tensor, base: base, weights)
    else {
      throw ModelFileError(
        weights.file,
        .unsupported("tensor '\(divisors)' is not what rope_type 'llama3' gives; it is not read"))
    }
    members.append(("rope_scaling", rule.member))
    return members
  }

  private static func scaling(_ keys: GGUFKeys) throws(ModelFileError) -> JSONText? {
    // As llama.cpp reads them: linear where no type is given; old files call the factor otherwise.
    let type = try keys.text("rope.scaling.type") ?? "linear"
    let old = try keys.number("rope.scale_linear")
    let factor = try keys.number("rope.scaling.factor") ?? old
    if type == "none" || type == "linear" && [nil, 0, 1].contains(factor) { return nil }
    var members: [(String, JSONText)] = [("rope_type", .string(type))]
    if let factor { members.append(("factor", .double(factor))) }
    if let length = try keys.integer("rope.scaling.original_context_length") {
      members.append(("original_max_position_embeddings", .int(length)))
    }
    return .object(members)
  }
}

/// Llama 3's rule for the frequencies (`_compute_llama3_parameters` in transformers). Files hold
/// its result, the divisor of every frequency; here the rule is found again, with the constants
/// that all published models share, and compared with the file.
private struct Llama3Rule {
  private static let (low, high, original) = (1.0, 4.0, 8192.0)
  let factor: Double

  /// Returns nil if the divisors are others than the rule's.
  init?(_ tensor: GGUFTensor, base: Double, _ weights: GGUFWeights) {
    guard tensor.shape.count == 1, tensor.count <= 1 << 16 else { return nil }
    let divisors = weights.source.values(of: tensor, rows: 0..<1)
    guard let largest = divisors.max(), largest >= 1, largest.isFinite else { return nil }
    factor = Double(largest)
    for (index, found) in divisors.enumerated() {
      let wavelength = 2 * Double.pi * pow(base, Double(index) / Double(divisors.count))
      let expected: Double
      if wavelength < Self.original / Self.high {
        expected = 1
      } else if wavelength > Self.original / Self.low {
        expected = factor
      } else {
        let smooth = (Self.original / wavelength - Self.low) / (Self.high - Self.low)
        expected = 1 / ((1 - smooth) / factor + smooth)
      }
      guard abs(Double(found) - expected) <= 1e-4 * expected else { return nil }
    }
  }

  var member: JSONText {
    .object([
      ("rope_type", .string("llama3")), ("factor", .double(factor)),
      ("low_freq_factor", .double(Self.low)), ("high_freq_factor", .double(Self.high)),
      ("original_max_position_embeddings", .int(Int(Self.original))),
    ])
  }
}
