import Fields
import Foundation
import ModelCore
package import PipelineCore
import Reasoning

/// Samples responses to the problems of some splits, a slice at a time: the work of `sample` and
/// `eval`.
///
/// Every response is a cell. What was drawn before, by this stage or another, is not drawn again.
package struct ResponseSampling {
  /// Problems sampled between two chances to stop.
  static let problemsPerSlice = 32

  private struct Item {
    var split: String
    var problem: Problem
  }

  private let items: [Item]
  private let sampling: SamplingConfiguration
  private let purpose: String
  private let context: any StageContext

  /// - Throws: `StageFailure` when a split is missing.
  package init(
    splits: [String], sampling: SamplingConfiguration, purpose: String, context: any StageContext
  ) throws {
    let problems = context.input("problems")
    items = try splits.flatMap { split in
      try ProblemsArtifact.read(split: split, from: problems).map {
        Item(split: split, problem: $0)
      }
    }
    self.sampling = sampling
    self.purpose = purpose
    self.context = context
  }

  /// Every response in order of splits, problems and samples.
  /// - Throws: `ModelFileError` when the policy is damaged.
  package func run() throws -> [ResponseRecord] {
    let cells = try ResponseCells(items.map(\.problem), sampling, purpose: purpose, in: context)
    var responses = items.indices.map { cells.responses(to: $0, split: items[$0].split) }
    let slices = cells.slices(missing: responses.map(\.count))
    var log = ResponseLog(numGenerations: sampling.numGenerations)
    log.add(responses)
    context.show(log: log.data)
    guard !slices.isEmpty else { return responses.flatMap { $0 } }

    let sampler = RolloutSampler(
      model: try ModelArtifact.read(context.input("policy"), for: LadderVocabulary.tokenizer),
      backend: context.makeBackend(), settings: sampling.settings,
      numGenerations: sampling.numGenerations, seed: context.seed, purpose: purpose,
      cachePrecision: sampling.kvCache.precision)
    var done = items.count - slices.reduce(0) { $0 + $1.count }
    for slice in slices {
      let groups = try sampler.sample(slice.map { ($0.problem, $0.samples) })
      var drawn: [ResponseRecord] = []
      for (part, group) in zip(slice, groups) {
        let records = group.map { ResponseRecord($0, split: items[part.index].split) }
        for record in records { cells.add(record, to: part.index) }
        responses[part.index] = responses[part.index].prefix(part.samples.lowerBound) + records
        drawn += records
      }
      done += slice.count
      log.add(responses)
      context.show(log: log.data)
      let correct = drawn.count { $0.isCorrect }
      // The checkpoint says how far the stage is; what it did is in the cells.
      try context.endStep(
        StageProgress(
          step: done, total: items.count, noun: "problems",
          metrics: [
            ("accuracy", NumberFormat.fixed(Double(correct) / Double(drawn.count), digits: 3))
          ])
      ) { _ in try cells.commit() }
    }
    try cells.commit()
    return responses.flatMap { $0 }
  }
}
