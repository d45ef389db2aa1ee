/// Some normalizers, one after another.
struct SequenceNormalizer: Normalizer {
  static let type = "Sequence"
  let normalizers: [any Normalizer]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    var normalizers: [any Normalizer] = []
    for part in try part.list("normalizers") { normalizers.append(try Normalizers.read(part)) }
    self.normalizers = normalizers
  }

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) throws(TokenizerError) -> [UInt8] {
    var result = bytes
    for normalizer in normalizers { result = try normalizer.normalize(result, &budget) }
    return result
  }
}
