import Fields
package import Foundation
import ModelCore
package import PipelineCore
import Reasoning

/// Samples responses to the problems of some splits, a slice at a time, keeping what is done in
/// checkpoints: the work of `sample` and `eval`.
package struct ResponseSampling {
  /// Problems sampled between two chances to stop.
  static let problemsPerSlice = 32

  private struct Item {
    var split: String
    var problem: Problem
  }

  private let items: [Item]
  private let sampler: RolloutSampler
  private let numGenerations: Int
  private let context: any StageContext

  /// - Throws: `StageFailure` when a split is missing, `ModelFileError` when the policy is damaged.
  package init(
    splits: [String], sampling: SamplingConfiguration, purpose: String, context: any StageContext
  ) throws {
    let problems = context.input("problems")
    items = try splits.flatMap { split in
      try ProblemsArtifact.read(split: split, from: problems).map {
        Item(split: split, problem: $0)
      }
    }
    sampler = RolloutSampler(
      model: try ModelArtifact.read(context.input("policy"), for: LadderVocabulary.tokenizer),
      backend: context.makeBackend(), settings: sampling.settings,
      numGenerations: sampling.numGenerations, seed: context.seed, purpose: purpose)
    numGenerations = sampling.numGenerations
    self.context = context
  }

  /// Every response in order of splits, problems and samples, as JSON lines.
  package func run() throws -> Data {
    var done = 0
    var lines = Data()
    if let checkpoint = try context.latestCheckpoint() {
      done = checkpoint.step
      lines = try checkpoint.read(ResponsesArtifact.path)
    }
    while done < items.count {
      let slice = items[done..<min(done + Self.problemsPerSlice, items.count)]
      let groups = try sampler.sample(slice.map(\.problem))
      let records = zip(slice, groups).flatMap { item, group in
        group.map { ResponseRecord($0, split: item.split) }
      }
      lines.append(JSONLines.encode(records.map(\.json)))
      done += slice.count
      let correct = records.count { $0.isCorrect }
      try context.endStep(
        StageProgress(
          step: done, total: items.count, noun: "problems",
          metrics: [
            ("accuracy", NumberFormat.fixed(Double(correct) / Double(records.count), digits: 3))
          ])
      ) { try $0.write(lines, to: ResponsesArtifact.path) }
    }
    return lines
  }
}
