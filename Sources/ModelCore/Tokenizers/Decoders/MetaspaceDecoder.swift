/// Spaces for the visible character; the first token has none where encoding put one before it.
struct MetaspaceDecoder: TokenDecoder {
  static let type = "Metaspace"
  private let replacement: [UInt8]
  private let scheme: MetaspaceScheme

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = Array(String(try part.scalar("replacement")).utf8)
    scheme = try MetaspaceScheme(part)
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    text(of: token, space: [UInt8(ascii: " ")])
  }

  func firstBytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    text(of: token, space: scheme == .never ? [UInt8(ascii: " ")] : [])
  }

  var isLocal: Bool { false }
  var isOfEachToken: Bool { true }
  var seesFirst: Bool { scheme != .never }

  private func text(of token: [UInt8], space: [UInt8]) -> [UInt8] {
    guard let first = replacement.first, token.contains(first) else { return token }
    var result: [UInt8] = []
    result.reserveCapacity(token.count)
    var index = 0
    while index < token.count {
      if token[index] == first, token[index...].starts(with: replacement) {
        result += space
        index += replacement.count
      } else {
        result.append(token[index])
        index += 1
      }
    }
    return result
  }
}
