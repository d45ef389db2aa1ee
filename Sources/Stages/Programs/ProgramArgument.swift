import Algorithms
import Fields

/// An argument of a program, with placeholders.
///
/// `{inputs.NAME}`, `{params.NAME}`, `{output}`, `{seed}` and `{threads}` are replaced;
/// `{{output}}` gives the characters `{output}`; braces around anything else are kept. No shell
/// reads the result.
struct ProgramArgument {
  enum Placeholder: Hashable {
    case input([String])
    case param(String)
    case output, seed, threads
    case unknown(String)
  }

  private enum Piece {
    case text(String)
    case placeholder(Placeholder)
  }

  private let pieces: [Piece]

  init(_ text: String) {
    var pieces: [Piece] = []
    var rest = text[...]
    let pattern = /\{(\{?)([a-z_]+(?:\.[A-Za-z0-9_-]+)*)(\}?)\}/
    while let match = rest.firstMatch(of: pattern) {
      let before = String(rest[..<match.range.lowerBound])
      if !before.isEmpty { pieces.append(.text(before)) }
      let isLiteral = !match.1.isEmpty && !match.3.isEmpty
      if isLiteral {
        pieces.append(.text("{\(match.2)}"))
      } else {
        // A brace without a partner is text.
        if !match.1.isEmpty { pieces.append(.text("{")) }
        pieces.append(.placeholder(Self.placeholder(String(match.2))))
        if !match.3.isEmpty { pieces.append(.text("}")) }
      }
      rest = rest[match.range.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }

  private static func placeholder(_ name: String) -> Placeholder {
    let parts = name.split(separator: ".").map(String.init)
    switch (parts[0], parts.count) {
    case ("inputs", 2...3): return .input(Array(parts.dropFirst()))
    case ("params", 2): return .param(parts[1])
    case ("output", 1): return .output
    case ("seed", 1): return .seed
    case ("threads", 1): return .threads
    default: return .unknown(name)
    }
  }

  var placeholders: [Placeholder] {
    pieces.compactMap { if case .placeholder(let found) = $0 { found } else { nil } }
  }

  /// - Parameter replacement: gives the text for each placeholder.
  func filled(_ replacement: (Placeholder) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .placeholder(let placeholder): replacement(placeholder)
      }
    }.joined()
  }

  /// Issues for unknown placeholders.
  /// - Parameter inputs: the labels of each input; empty for an input without labels.
  func issues(inputs: [String: [String]], params: [String]) -> [FieldIssue] {
    placeholders.compactMap { placeholder in
      switch placeholder {
      case .output, .seed, .threads: return nil
      case .param(let name):
        guard !params.contains(name) else { return nil }
        return Self.missing("params.\(name)", "params", params)
      case .input(let path):
        guard let labels = inputs[path[0]] else {
          return Self.missing("inputs.\(path[0])", "inputs", inputs.keys.sorted())
        }
        guard path.count > 1, !labels.contains(path[1]) else { return nil }
        return Self.missing(
          "inputs." + path.joined(separator: "."), "inputs.\(path[0])", labels.uniqued(on: \.self))
      case .unknown(let name):
        let known = ["inputs", "params", "output", "seed", "threads"]
        let first = name.split(separator: ".").first.map(String.init) ?? name
        return FieldIssue(
          [], "unknown placeholder '{\(name)}'",
          help: UnknownName("placeholder", first, among: known).nearest
            .map { "did you mean '{\($0)…}'?" } ?? "write '{{\(name)}}' for these characters")
      }
    }
  }

  private static func missing(_ name: String, _ group: String, _ known: [String]) -> FieldIssue {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return FieldIssue(
      [], "unknown placeholder '{\(name)}': '\(group)' has no '\(last)'",
      help: UnknownName("name", last, among: known).help)
  }
}
