import Fields
import OrderedCollections
import PipelineCore

/// The choice of the metric of a log that is taken as the grade.
struct GradeChoice {
  /// The metric's name; nil if the log has none, or none is needed.
  let name: String?
  /// The reason why none can be chosen, with a hint; nil if that is no mistake.
  let mistake: (message: String, help: String?)?

  /// - Parameter isNeeded: false if a verifier judges the responses.
  init(
    of samples: [LocatedSample], in format: any LogFormat, asked: String?, isNeeded: Bool
  ) {
    let names = Array(OrderedSet(samples.flatMap { $0.sample.grades.map(\.name) }))
    if let asked {
      let isKnown = names.contains(asked)
      name = isKnown ? asked : nil
      mistake =
        isKnown
        ? nil
        : (
          "the log has no metric \(asked.quoted)",
          UnknownName("metric", asked, among: names).help
        )
      return
    }
    name =
      format.gradeNames.first(where: names.contains) ?? (names.count == 1 ? names.first : nil)
    guard name == nil, isNeeded else {
      mistake = nil
      return
    }
    mistake =
      names.isEmpty
      ? Self.missing(samples)
      : (
        "the log has several metrics: " + names.prefix(12).map(\.quoted).joined(separator: ", "),
        "write 'metric: \(names[0])' or another of them"
      )
  }

  private static func missing(_ samples: [LocatedSample]) -> (message: String, help: String?) {
    let isRepeated = samples.contains { $0.sample.repetition ?? 1 > 1 }
    return (
      isRepeated
        ? "the log has one grade for all repeats of a question, not one for each"
        : "the log has no grades",
      "write 'verifier' to judge every response"
    )
  }
}
