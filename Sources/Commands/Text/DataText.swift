import Algorithms
import Fields
import PipelineCore
import Stages

/// A pipeline's data for people and for programs.
struct DataText {
  let width: Int

  private var examples: ExampleText { ExampleText(width: width) }

  // MARK: For people

  func text(of inspection: DataInspection) -> String {
    guard !inspection.stages.isEmpty else { return "no stage reads problems from files" }
    var parts = inspection.stages.map(text)
    for examples in inspection.examples.chunked(by: { $0.stage == $1.stage && $0.split == $1.split }
    ) {
      parts.append(text(of: examples))
    }
    if inspection.examples.contains(where: \.isLearned) {
      parts.append(ExampleText.explanation)
    }
    return parts.joined(separator: "\n\n")
  }

  /// The problems of each split in a sentence a stage, for a plan.
  func counts(of inspection: DataInspection) -> [String] {
    inspection.stages.flatMap { data in
      let splits = data.splits.map { split in
        let others = [
          (split.leftOut, "left out by limit"), (split.repeats, "repeated"),
          (split.shared, "in another split"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(split.name) \(counted(split.count, "problem"))"
          + (others.isEmpty ? "" : " (\(others.joined(separator: ", ")))")
      }
      return splits.isEmpty
        ? []
        : WordWrap.lines(
          of: "\(data.address): \(splits.joined(separator: "; "))", width: width, indent: 2,
          hanging: 4)
    }
  }

  private func text(of data: InspectedData) -> String {
    var lines = WordWrap.lines(
      of: "\(data.address): format \(data.lineFormat), verifier \(data.verifier), response_format "
        + data.responseFormat, width: width, hanging: 4)
    var counts = [["split", "problems", "left out", "repeats", "in two files"]]
    var lengths = [[data.splits.first?.unit ?? "", "min", "median", "p95", "max"]]
    for split in data.splits {
      counts.append(
        [split.name]
          + [split.count, split.leftOut, split.repeats, split.shared].map { String($0) })
      for (name, length) in split.lengths {
        lengths.append(
          ["\(split.name) \(name)"]
            + [length.min, length.median, length.p95, length.max].map { String($0) })
      }
    }
    lines += table(counts)
    for split in data.splits {
      lines += WordWrap.lines(
        of: "\(split.name): \(split.files.joined(separator: ", "))", width: width, indent: 2)
    }
    for split in data.unread {
      lines += WordWrap.lines(
        of: "\(split): made by another stage, so it is not read here", width: width, indent: 2)
    }
    if lengths.count > 1 { lines += table(lengths) }
    return lines.joined(separator: "\n")
  }

  /// Rows in columns: the first to the left, numbers to the right.
  private func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    // A long name takes the room that the numbers leave.
    let numbers = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
    let first = min(widths[0], max(8, width - 2 - numbers))
    return rows.map { row in
      let cells = zip(row, widths).dropFirst().map { cell, width in
        "  " + String(repeating: " ", count: width - cell.count) + cell
      }
      return "  " + row[0].truncatedInMiddle(to: first).padded(to: first) + cells.joined()
    }
  }

  private func text(of examples: ArraySlice<ShownExample>) -> String {
    guard let first = examples.first else { return "" }
    let verb = first.isLearned ? "learns" : "answers"
    var lines = ["\(first.stage) (\(first.kind)) \(verb) split \(first.split) of \(first.data)"]
    for example in examples {
      let (given, learned) = (example.count(learned: false), example.count(learned: true))
      lines.append(
        "  \(example.file):\(example.line): "
          + (example.isLearned
            ? "\(counted(given, "token")) given, \(learned) learned" : counted(given, "token")))
      lines += self.examples.lines(of: example.pieces) + self.examples.ids(of: example.pieces)
    }
    return lines.joined(separator: "\n")
  }

  // MARK: For programs

  func json(of inspection: DataInspection, about members: [(String, JSONText)]) -> JSONText {
    .object(
      members + [
        ("data", .array(inspection.stages.map(\.json))),
        ("examples", .array(inspection.examples.map(\.json))),
        ("mistakes", .array(inspection.diagnostics.map(json))),
      ])
  }

  private func json(of diagnostic: Diagnostic) -> JSONText {
    .object([
      ("severity", .string(diagnostic.severity.rawValue)),
      ("file", .string(diagnostic.file.name)), ("line", .int(diagnostic.range.line)),
      ("column", .int(diagnostic.range.column)), ("message", .string(diagnostic.message)),
      ("help", .optional(diagnostic.help)),
    ])
  }
}
