import Fields
import PipelineCore
import Stages

/// Texts as a model reads them, for people: in lines of limited width, with marks around what is
/// learned.
struct ExampleText {
  let width: Int
  /// The most lines of a text, or two more; the middle of a longer one is left out.
  var mostLines = Int.max

  /// The marks around what is learned.
  static let (open, close) = ("⟦", "⟧")
  static let explanation =
    "\(open) \(close) encloses what is learned; ⏎ stands for a line break"

  /// The text of the pieces in lines.
  func lines(of pieces: [StageExample.Piece]) -> [String] {
    lines(of: pieces.map { marked($0, $0.text.shown) }.joined())
  }

  /// The ids of the pieces in lines.
  func ids(of pieces: [StageExample.Piece]) -> [String] {
    let ids = pieces.map { piece in
      marked(piece, piece.tokens.map { String($0) }.joined(separator: " "))
    }
    return lines(of: "ids " + ids.joined(separator: " "))
  }

  private func marked(_ piece: StageExample.Piece, _ text: String) -> String {
    piece.isLearned ? Self.open + text + Self.close : text
  }

  /// A text, which must be safe to print, in lines of the terminal's width, with all its spaces; a
  /// line break is shown as one.
  func lines(of text: String) -> [String] {
    let room = max(20, width - 4)
    let lines = text.replacing("\n", with: "⏎\n").split(separator: "\n").flatMap {
      line -> [String] in
      var lines: [String] = []
      var rest = line
      while true {
        var used = 0
        let fitting = rest.prefix { character in
          used += DisplayWidth.width(character)
          return used <= room
        }
        guard fitting.endIndex != rest.endIndex else { break }
        let end = fitting.lastIndex(of: " ").map { fitting.index(after: $0) } ?? fitting.endIndex
        lines.append(String(rest[..<end]))
        rest = rest[end...]
      }
      return lines + [String(rest)]
    }.map { "    " + $0 }
    guard lines.count - 2 > mostLines else { return lines }
    let (first, last) = (mostLines - mostLines / 3, mostLines / 3)
    return lines.prefix(first) + ["    … \(lines.count - first - last) more lines"]
      + lines.suffix(last)
  }
}
