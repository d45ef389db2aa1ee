import Algorithms
import Fields
import OrderedCollections
package import PipelineCore
import Reasoning
package import Reporting

/// Advantages of one label at one setting, for comparing baselines by the variance they leave.
///
/// The metric `variance_ratio` is Var[R - V] / Var[R] over the responses of all questions (Qi et
/// al. 2025, AnytimeReasoner, arXiv 2505.13438, fig. 3); it is most useful for one `budget`.
package struct AdvantageResults: ClaimResults {
  package static let type = ArtifactType.advantages
  package static let metrics: [String]? = ["variance_ratio"]

  private let runs: [(seed: String, questions: OrderedDictionary<String, [AdvantageRecord]>)]

  /// - Throws: `StoreError` if a file cannot be read.
  package init(_ runs: [CollectedInput], for metrics: [String] = []) throws {
    self.runs = try runs.map { input in
      let records = try JSONLines.decode(
        AdvantageRecord.self, from: input.artifact.read(AdvantageRecord.path))
      return (
        input.point.first { $0.path == Axis.seedPath }?.value.text ?? "",
        OrderedDictionary(grouping: records) { $0.problem.questionName(in: $0.split) }
      )
    }
  }

  package func grid(of metric: String, _ filter: ResultFilter) -> SeedQuestionGrid? {
    let chosen = runs.map { run in
      Dictionary(
        uniqueKeysWithValues: run.questions.map { ($0.key, $0.value.filter(filter.covers)) }
          .filter { !$0.1.isEmpty })
    }
    let names = (runs.first?.questions.keys.elements ?? []).filter { name in
      chosen.allSatisfy { $0[name] != nil }
    }
    guard metric == Self.metrics?.first, !names.isEmpty else { return nil }
    return SeedQuestionGrid(
      .varianceRatio, seeds: runs.map(\.seed), questions: names,
      clusters: names.map { name in
        (chosen[0][name]?.first).map { $0.problem.clusterName(in: $0.split) } ?? name
      },
      cells: chosen.flatMap { questions in
        names.map { name in
          (questions[name] ?? []).reduce(into: Moments()) {
            $0.add(Moments(x: $1.reward, y: $1.advantage))
          }
        }
      })
  }

  private func records(_ filter: ResultFilter) -> [AdvantageRecord] {
    runs.flatMap { run in run.questions.values.joined().filter(filter.covers) }
  }

  package var splits: [String] {
    runs.flatMap { run in run.questions.values.compactMap(\.first?.split) }.uniqued(on: \.self)
  }

  package func difficulties(_ filter: ResultFilter) -> [Int] {
    Set(records(filter).map(\.problem.difficulty)).sorted()
  }

  package func budgets(_ filter: ResultFilter) -> [Int] {
    Set(records(filter).map(\.budget)).sorted()
  }
}

extension ResultFilter {
  fileprivate func covers(_ record: AdvantageRecord) -> Bool {
    covers(split: record.split, problem: record.problem, budget: record.budget)
  }
}
