/// Some decoders, one after another.
struct SequenceDecoder: TokenDecoder {
  static let type = "Sequence"
  private let decoders: [any TokenDecoder]

  private init(_ decoders: [any TokenDecoder]) { self.decoders = decoders }

  init(_ part: TokenizerPart) throws(ModelFileError) {
    var decoders: [any TokenDecoder] = []
    for part in try part.list("decoders") { decoders.append(try TokenDecoders.read(part)) }
    self.decoders = decoders
  }

  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) {
    for decoder in decoders { decoder.decode(&tokens, &budget) }
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    decoders.reduce(token) { $1.bytes(of: $0, &budget) }
  }

  func firstBytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    decoders.reduce(token) { $1.firstBytes(of: $0, &budget) }
  }

  var seesFirst: Bool { decoders.contains(where: \.seesFirst) }
  var isLocal: Bool { decoders.count == 1 && decoders[0].isLocal }

  /// The first decoders, which see each token by itself, and those that need all tokens; nil if
  /// none does.
  var parts: (ofEachToken: SequenceDecoder, ofAll: SequenceDecoder?) {
    let first = decoders.prefix(while: \.isOfEachToken)
    let others = Array(decoders.dropFirst(first.count))
    return (SequenceDecoder(Array(first)), others.isEmpty ? nil : SequenceDecoder(others))
  }
}
