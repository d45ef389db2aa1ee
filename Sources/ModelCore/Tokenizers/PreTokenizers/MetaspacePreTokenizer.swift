/// A visible character in place of spaces, and a division before each of them.
struct MetaspacePreTokenizer: PreTokenizer {
  static let type = "Metaspace"

  private let replacement: [UInt8]
  private let scheme: MetaspaceScheme
  private let divides: Bool

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = Array(String(try part.scalar("replacement")).utf8)
    scheme = try MetaspaceScheme(part)
    divides = try part.flag("split", default: true)
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.rewrite { piece, bytes, result in
      let piecesBytes = bytes[piece.range]
      let begins =
        piecesBytes.starts(with: replacement) || piecesBytes.first == UInt8(ascii: " ")
      if !begins, scheme == .always || scheme == .first && piece.isFirst { result += replacement }
      for byte in piecesBytes {
        if byte == UInt8(ascii: " ") { result += replacement } else { result.append(byte) }
      }
    }
    if divides { try text.split(by: .literal(replacement), .mergedWithNext) }
  }
}

/// The texts that get the visible character before them.
enum MetaspaceScheme: String, CaseIterable, Sendable {
  /// The beginning of the whole text.
  case first
  case never
  /// Every piece.
  case always

  /// Reads `prepend_scheme`, or `add_prefix_space` of older files.
  init(_ part: TokenizerPart) throws(ModelFileError) {
    let written: MetaspaceScheme? =
      part.part("prepend_scheme") == nil ? nil : try part.choice("prepend_scheme")
    guard try part.flag("add_prefix_space", default: true) else {
      guard written == nil || written == .never else {
        throw part.failure(
          .malformed("'\(part.name)': add_prefix_space does not fit its prepend_scheme"),
          at: "add_prefix_space")
      }
      self = .never
      return
    }
    self = written ?? .always
  }
}
