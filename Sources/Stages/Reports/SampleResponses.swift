import Fields
import OrderedCollections
import PipelineCore
import Reasoning
import Reporting

/// A few responses to read: from each evaluation in turn the first correct and the first wrong one.
enum SampleResponses {
  /// The responses of one point of a stage.
  struct Source {
    let input: CollectedInput
    /// The format of the tokens; nil if a program made them. Their vocabulary is unknown then, so
    /// only the text that the program gives can be shown.
    let format: (any ResponseFormat)?
  }

  static func shown(from sources: [Source], count: Int) throws -> [Page.Block] {
    // One seed is enough to read.
    let groups = OrderedDictionary(
      grouping: sources, by: { ResultGrid.row($0.input.label, $0.input.point) })
    let first = groups.values.compactMap(\.first)
    let texts = SettingTexts(groups.map(\.key))
    guard !first.isEmpty, count > 0 else { return [] }
    var candidates: [[Page.ShownResponse]] = []
    for source in first {
      let input = source.input
      let records = try ResponsesArtifact.readFigures(input.artifact)
      let title = ResultGrid.row(input.label, input.point).title(texts)
      let places = OrderedDictionary(
        grouping: records.indices, by: { records[$0].split }
      ).flatMap { _, own in
        [true, false].compactMap { isCorrect in
          own.first { records[$0].isCorrect == isCorrect }
        }
      }
      candidates.append(
        try ResponsesArtifact.read(input.artifact, at: places).map {
          shown($0, "\(title), \($0.split)", in: source.format)
        })
    }
    // Evaluations take turns, so that none of them uses all the space.
    let longest = candidates.map(\.count).max() ?? 0
    let ordered = (0..<longest).flatMap { place in
      candidates.compactMap { $0.indices.contains(place) ? $0[place] : nil }
    }
    return ordered.prefix(count).map { .response($0) }
  }

  static func shown(
    _ record: ResponseRecord, _ title: String, in format: (any ResponseFormat)?
  ) -> Page.ShownResponse {
    let (thinking, answer) = text(of: record, in: format)
    return Page.ShownResponse(
      heading: "\(title), difficulty \(record.problem.difficulty)"
        + (record.hasLength ? ", " + NumberFormat.tokens(record.tokenCount) : ""),
      prompt: record.problem.prompt, thinking: thinking,
      answer: answer + "  (right: \(record.problem.answer))",
      cut: record.isFinished
        ? nil : record.hasLength ? "cut at \(record.tokenCount) tokens" : "cut",
      isCorrect: record.isCorrect)
  }

  private static func text(
    of record: ResponseRecord, in format: (any ResponseFormat)?
  ) -> (thinking: String, answer: String) {
    if let format, record.text == nil { return format.text(of: record.tokens) }
    let text =
      record.text ?? "(\(record.tokens.count) tokens of a program's own, without their text)"
    return (text, record.isFinished ? " " + record.answer : "")
  }
}
