/// The keys of an architecture in a file's metadata, named without the architecture.
struct GGUFKeys: Sendable {
  private let metadata: GGUFMetadata
  private let prefix: String

  init(_ metadata: GGUFMetadata, prefix: String) {
    self.metadata = metadata
    self.prefix = prefix
  }

  /// The keys that every architecture may have.
  private static let common: Set<String> = [
    "block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size",
    "attention.head_count", "attention.head_count_kv", "attention.key_length",
    "attention.value_length", "attention.layer_norm_rms_epsilon", "rope.dimension_count",
    "rope.freq_base", "rope.scaling.type", "rope.scaling.factor",
    "rope.scaling.original_context_length", "rope.scaling.finetuned", "rope.scale_linear",
  ]

  /// Checks that no key asks for something that this model core does not do.
  /// - Parameter own: the keys that the architecture reads itself.
  func refuseOthers(than own: [String]) throws(ModelFileError) {
    if try flag("attention.causal") == false {
      throw unsupported("attention.causal", "false; every token would see all others")
    }
    for name in ["expert_count", "expert_used_count"] {
      if let count = try integer(name), count != 0 {
        throw unsupported(name, "\(count); models with experts are not read")
      }
    }
    let known = Self.common.union(own).union([
      "attention.causal", "expert_count", "expert_used_count",
    ])
    for key in metadata.keys where key.hasPrefix(prefix) {
      guard known.contains(String(key.dropFirst(prefix.count))) else {
        throw ModelFileError(metadata.file, .unsupported("key '\(key)' is set, which is not read"))
      }
    }
  }

  private func unsupported(_ name: String, _ problem: String) -> ModelFileError {
    ModelFileError(metadata.file, .unsupported("\(prefix)\(name) is \(problem)"))
  }

  func wrong(_ name: String, expected: String, found: String) -> ModelFileError {
    metadata.wrong(prefix + name, expected: expected, found: found)
  }

  func integer(_ name: String) throws(ModelFileError) -> Int? {
    try metadata.integer(prefix + name)
  }

  /// Returns a number that must be given.
  func positive(_ name: String) throws(ModelFileError) -> Int {
    let value = try metadata.requiredInteger(prefix + name)
    guard value > 0 else { throw wrong(name, expected: "a number above 0", found: "\(value)") }
    return value
  }

  func number(_ name: String) throws(ModelFileError) -> Double? {
    try metadata.number(prefix + name)
  }

  func requiredNumber(_ name: String) throws(ModelFileError) -> Double {
    guard let value = try number(name) else { throw metadata.missing(prefix + name) }
    return value
  }

  func flag(_ name: String) throws(ModelFileError) -> Bool? { try metadata.flag(prefix + name) }
  func text(_ name: String) throws(ModelFileError) -> String? { try metadata.text(prefix + name) }
}
