import Fields
import Synchronization

/// Byte pair encoding: a piece is cut into characters, or bytes, of which pairs are merged in the
/// order of a list.
///
/// Source: Sennrich et al. (2016), https://arxiv.org/abs/1508.07909.
struct BPEModel: TokenModel {
  static let type = "BPE"

  let vocabulary: TokenVocabulary
  /// The tokens as pieces contain them: bytes instead of the characters that stand for bytes.
  private let keys: ByteStrings
  private let merges: IntegerTable
  private let readsBytes: Bool
  /// The token of each byte, if pieces are bytes.
  private let byteTokens: [Int32?]
  /// The token `<0x0A>` of each byte; empty if characters without a token are not written so.
  private let fallbackTokens: [Int32?]
  private let unknown: UnknownToken
  /// True if a piece that is a token is that token, whatever the merges say.
  private let ignoresMerges: Bool
  private let workspaces = WorkspacePool()

  /// The token of characters that have none.
  private struct UnknownToken {
    let name: String?
    let id: Int32?
    /// True if several characters beside each other become one.
    let isFused: Bool
  }

  init(_ part: TokenizerPart, readsBytes: Bool) throws(ModelFileError) {
    if let dropout = part.part("dropout"), dropout.json.compact != "0.0",
      dropout.json.compact != "0"
    {
      throw part.failure(
        .unsupported("'\(dropout.name)': expected null, since encoding is not random"),
        at: "dropout")
    }
    for member in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = try part.optionalString(member), !text.isEmpty {
        throw part.failure(
          .unsupported("'\(part.name).\(member)' is '\(text)'; expected none"), at: member)
      }
    }
    guard let words = part.part("vocab") else { throw part.wrong("vocab", "an object") }
    vocabulary = try TokenVocabulary(words)
    merges = try BPEModel.merges(part, vocabulary)
    self.readsBytes = readsBytes
    ignoresMerges = try part.flag("ignore_merges", default: false)
    let name = try part.optionalString("unk_token")
    unknown = UnknownToken(
      name: name, id: name.flatMap(vocabulary.id(of:)),
      isFused: try part.flag("fuse_unk", default: false))
    let tokens = vocabulary.tokens
    fallbackTokens =
      try part.flag("byte_fallback", default: false)
      ? (UInt8(0)...255).map { tokens.id(of: Array(ByteFallbackDecoder.token(of: $0).utf8)) } : []
    guard readsBytes else {
      keys = tokens
      byteTokens = []
      return
    }
    byteTokens = ByteAlphabet.characters.map { tokens.id(of: $0) }
    var keys = ByteStrings()
    for id in 0..<Int32(tokens.idCount) {
      // A token with other characters cannot be in a text of bytes.
      if let token = tokens[id], let bytes = ByteAlphabet.bytes(of: Array(token)) {
        _ = keys.insert(bytes, id: id)
      }
    }
    self.keys = keys
  }

  func encode(_ text: PreTokenizedText, into ids: inout [Int32]) throws(TokenizerError) {
    var workspace = workspaces.take()
    defer { workspaces.give(workspace) }
    for piece in text.pieces {
      if let token = piece.token {
        ids.append(token)
      } else {
        try append(text.bytes, piece.range, &workspace, to: &ids)
      }
    }
  }

  private func append(
    _ bytes: [UInt8], _ range: Range<Int>, _ workspace: inout Workspace, to ids: inout [Int32]
  ) throws(TokenizerError) {
    if readsBytes, range.count == 1, let id = byteTokens[Int(bytes[range.lowerBound])] {
      ids.append(id)
      return
    }
    let isShort = range.count <= WordCache.longest
    var hash: UInt64 = 0
    if isShort {
      hash = workspace.cache.hash(bytes, range)
      if workspace.cache.append(idsOf: bytes, range, hash: hash, to: &ids) { return }
    }
    let start = ids.count
    if ignoresMerges, let id = keys.id(of: bytes, range) {
      ids.append(id)
    } else {
      workspace.queue.symbols.removeAll(keepingCapacity: true)
      if readsBytes {
        try appendBytes(bytes, range, to: &workspace.queue.symbols)
      } else {
        try appendCharacters(bytes, range, to: &workspace.queue.symbols)
      }
      workspace.queue.merge(by: merges)
      ids += workspace.queue.symbols
    }
    if isShort { workspace.cache.insert(bytes, range, hash: hash, ids: ids[start...]) }
  }

  private func appendBytes(
    _ bytes: [UInt8], _ range: Range<Int>, to symbols: inout [Int32]
  ) throws(TokenizerError) {
    var pending: Int32?
    for index in range {
      if let id = byteTokens[Int(bytes[index])] {
        flush(&pending, to: &symbols)
        symbols.append(id)
      } else {
        try appendUnknown(&pending, to: &symbols)
      }
    }
    flush(&pending, to: &symbols)
  }

  private func appendCharacters(
    _ bytes: [UInt8], _ range: Range<Int>, to symbols: inout [Int32]
  ) throws(TokenizerError) {
    var pending: Int32?
    var place = range.lowerBound
    next: while place < range.upperBound {
      let character = place..<scalarValue(in: bytes, at: place).next
      place = character.upperBound
      if let id = keys.id(of: bytes, character) {
        flush(&pending, to: &symbols)
        symbols.append(id)
        continue
      }
      if !fallbackTokens.isEmpty {
        let tokens = character.compactMap { fallbackTokens[Int(bytes[$0])] }
        if tokens.count == character.count {
          symbols += tokens
          continue next
        }
      }
      try appendUnknown(&pending, to: &symbols)
    }
    flush(&pending, to: &symbols)
  }

  /// Puts the unknown token behind what is pending, or fuses them. Without such a token a character
  /// is left out.
  private func appendUnknown(
    _ pending: inout Int32?, to symbols: inout [Int32]
  ) throws(TokenizerError) {
    guard let name = unknown.name else { return }
    guard let id = unknown.id else { throw .missingUnknownToken(name) }
    if !unknown.isFused { flush(&pending, to: &symbols) }
    pending = id
  }

  private func flush(_ pending: inout Int32?, to symbols: inout [Int32]) {
    if let id = pending { symbols.append(id) }
    pending = nil
  }
}

extension BPEModel {
  /// Reads the list of merges: pairs, or texts with a space between two tokens.
  /// - Returns: for each pair its rank in the upper half, and its token in the lower.
  private static func merges(
    _ part: TokenizerPart, _ vocabulary: TokenVocabulary
  ) throws(ModelFileError) -> IntegerTable {
    guard let list = part.part("merges"), let elements = list.json.arrayValue else {
      throw part.wrong("merges", "a list")
    }
    var table = IntegerTable(capacity: elements.count)
    var rank: UInt64 = 0
    for (index, element) in elements.enumerated() {
      func malformed(_ reason: String) -> ModelFileError {
        list.failure(.malformed("merge \(index): \(reason)"), at: String(index))
      }
      let left: ArraySlice<UInt8>
      let right: ArraySlice<UInt8>
      if let text = element.stringValue {
        if text.utf8.starts(with: "#version".utf8) { continue }
        let parts = Array(text.utf8).split(
          separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformed("expected two tokens, found '\(text)'") }
        (left, right) = (parts[0], parts[1])
      } else if let pair = element.arrayValue, pair.count == 2, let one = pair[0].stringValue,
        let other = pair[1].stringValue
      {
        (left, right) = (Array(one.utf8)[...], Array(other.utf8)[...])
      } else {
        throw malformed("expected two tokens")
      }
      var ids: [Int32] = []
      for token in [left, right, left + right] {
        guard let id = vocabulary.tokens.id(of: Array(token)) else {
          throw malformed(
            "'\(String(decoding: token, as: UTF8.self))' is not in the vocabulary")
        }
        ids.append(id)
      }
      table.set(
        MergeQueue.key(ids[0], ids[1]), to: rank << 32 | UInt64(UInt32(bitPattern: ids[2])))
      rank += 1
    }
    return table
  }
}

/// The room that encoding works in: known words, and the symbols of the word at hand.
private struct Workspace: Sendable {
  var cache = WordCache()
  var queue = MergeQueue()
}

/// Workspaces that are not in use. Each encoding takes one, so that several can run at once.
private final class WorkspacePool: Sendable {
  private static let most = 16
  private let free = Mutex<[Workspace]>([])

  func take() -> Workspace { free.withLock { $0.popLast() } ?? Workspace() }

  /// Keeps the known words, but not the room of an unusually long one.
  func give(_ workspace: Workspace) {
    var workspace = workspace
    if workspace.queue.isLarge { workspace.queue = MergeQueue() }
    free.withLock { if $0.count < Self.most { $0.append(workspace) } }
  }
}
