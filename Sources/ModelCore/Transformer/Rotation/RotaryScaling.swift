import TensorCore

/// A change of the rotary frequencies with which a model reads longer sequences than it was first
/// trained on: the `rope_type` of a `config.json` and its numbers.
package struct RotaryScaling: Sendable, Hashable {
  /// The name of a `RotaryScalingKind`.
  package let type: String
  /// The given numbers, by their names in `config.json`.
  package let numbers: [String: Double]

  package init(type: String, numbers: [String: Double]) {
    self.type = type
    self.numbers = numbers
  }

  /// The kind of this name; nil if there is none.
  var kind: RotaryScalingKind? { RotaryScalingKind.all.first { $0.name == type } }

  subscript(name: String) -> Double? { numbers[name] }

  /// The first number that is missing, unknown or out of range, or that does not fit the others, in
  /// words.
  func problem(theta: Double) -> String? {
    guard let kind else { return "rope_type is '\(type)'" }
    for member in kind.members {
      guard let value = numbers[member.name] else {
        if member.isRequired { return "rope_type '\(type)' needs '\(member.name)'" }
        continue
      }
      guard member.range.contains(value), !member.isWhole || value == value.rounded() else {
        let range = "\(member.range.lowerBound) to \(member.range.upperBound)"
        return "\(member.name) is \(value); \(range) is possible"
      }
    }
    return kind.problem(self, theta)
  }
}

/// A kind of scaling, with the name that `rope_type` has for it. A new kind is one file and one
/// line in `all`.
struct RotaryScalingKind: Sendable {
  /// A number that the kind reads.
  struct Member: Sendable {
    let name: String
    var isRequired = true
    var isWhole = false
    let range: ClosedRange<Double>
  }

  let name: String
  let members: [Member]
  /// Returns what does not fit together, given numbers that are in range and the base θ.
  var problem: @Sendable (RotaryScaling, _ theta: Double) -> String? = { _, _ in nil }
  /// Changes the original frequencies.
  /// - Precondition: `problem` has none.
  let scaled: @Sendable (RotaryScaling, _ theta: Double, RotaryFrequencies) -> RotaryFrequencies

  static let all: [RotaryScalingKind] = [linear, llama3, yarn]

  /// The factor by which sequences become longer.
  static let factor = Member(name: "factor", range: 1...1e6)
  static let originalLength = Member(
    name: "original_max_position_embeddings", isWhole: true, range: 1...0x1p30)
}
