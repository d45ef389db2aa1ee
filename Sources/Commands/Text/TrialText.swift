import Fields
import Foundation
import PipelineCore
import Reporting
import Stages

/// Shows a trial to people.
struct TrialText {
  let width: Int
  /// True to show whole texts, however long.
  let isFull: Bool

  /// The most lines of a text that is not shown whole.
  private static let mostLines = 12

  /// - Parameter table: the text of a table that was made.
  func text(
    of report: TrialReport, _ result: Trial.Result, table: String? = nil
  ) -> String {
    let kind = report.point.kind.name
    var blocks = [
      wrapped(
        "\(report.point.address) (\(kind)), tried in "
          + NumberFormat.duration(seconds: result.seconds)
      )
    ]
    if !result.made.isEmpty {
      blocks[0] += wrapped(
        "made for this trial, since the store has no result of it: "
          + result.made.joined(separator: ", "), indent: 2)
    }
    blocks += report.examples.map(lines)
    if report.examples.contains(where: { $0.pieces.contains(where: \.isLearned) }) {
      blocks.append([ExampleText.explanation])
    }
    if !report.rows.isEmpty { blocks.append(figures(in: report.rows)) }
    if let table { blocks.append([table.trimmingCharacters(in: .newlines)]) }
    if !report.files.isEmpty {
      blocks.append(report.files.map { "  \($0.path), \(NumberFormat.bytes($0.size))".shown })
    }
    let sentences = (result.sentences + report.summary).flatMap { wrapped($0.shown) }
    if !sentences.isEmpty { blocks.append(sentences) }
    blocks.append(["nothing was stored"])
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func wrapped(_ sentence: String, indent: Int = 0) -> [String] {
    WordWrap.lines(of: sentence, width: width, indent: indent, hanging: indent + 2)
  }

  // MARK: - Examples

  private func lines(of example: StageExample) -> [String] {
    let text = ExampleText(width: width, mostLines: isFull ? .max : Self.mostLines)
    let isLearned = example.pieces.contains(where: \.isLearned)
    let figures =
      isLearned
      ? [(false, "given"), (true, "learned")].map { learned, word in
        counted(example.pieces.count(learned: learned), "token") + " " + word
      }
      : example.figures.map { "\($0.name) \(short($0.value))" }
    var lines = wrapped(([example.title] + figures).joined(separator: ", ").shown)
    if isLearned {
      return lines + text.lines(of: example.pieces) + text.ids(of: example.pieces)
    }
    lines += ["  prompt"] + text.lines(of: example.pieces)
    if let response = example.response {
      lines += ["  response"] + text.lines(of: response.shown)
    }
    return lines
  }

  /// A value on one line, which may be an answer of any length.
  private func short(_ value: String) -> String {
    value.split(whereSeparator: \.isNewline).joined(separator: " ").shown.truncated(to: 40)
  }

  // MARK: - Figures

  /// The figures of a training log, a column for each of its last steps.
  private func figures(in rows: [String]) -> [String] {
    let steps = rows.compactMap { LogRow($0)?.figures }
    guard let names = steps.last?.map(\.name) else { return [] }
    let column = names.map(\.count).max() ?? 0
    let cell = 12
    let shown = steps.suffix(max(1, (width - 2 - column) / cell))
    return names.map { name in
      let cells = shown.map { step in
        let value = step.first { $0.name == name }.map { LogRow.rounded($0.value) } ?? ""
        return String(repeating: " ", count: max(1, cell - value.count)) + value
      }
      return ("  " + name.padded(to: column) + cells.joined()).shown.truncated(to: width)
    }
  }
}
