import Algorithms
import Reasoning

extension ResultGrid {
  /// One sentence for each pair of graders that the evaluations compare, on the responses of all
  /// rows.
  var auditNotes: [String] {
    let runs = rows.compactMap { self[$0] }.flatMap(\.runs)
    return runs.compactMap(\.judgement.audit).uniqued(on: \.self).compactMap { second in
      let records = runs.filter { $0.judgement.audit == second }
        .flatMap { $0.questions.joined() }.filter { splits.contains($0.split) }
      let audit = try? GraderAudit(records, against: second)
      return audit?.sentence.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
    }
  }
}
