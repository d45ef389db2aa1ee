import Fields
import Foundation
import ModelCore
package import PipelineCore
import Reasoning

/// Samples responses to the problems of some splits, one slice at a time: the work of `sample`,
/// `eval` and `label`.
///
/// Every sample is a cell. A sample that this or another stage drew before is a cache hit and is
/// not drawn again.
package struct ResponseSampling {
  /// The number of problems sampled between two opportunities to stop.
  static let problemsPerSlice = 32

  private struct Item {
    var split: String
    var problem: Problem
  }

  private let items: [Item]
  private let sampling: SamplingConfiguration
  private let budgets: BudgetConfiguration
  private let drawsBudget: Bool
  private let purpose: String
  private let context: any StageContext

  /// - Parameter drawsBudget: true if each response is held to one of the budgets, drawn from their
  ///   prior; false if it is held to all of them.
  /// - Throws: `StageFailure` if a split is missing.
  package init(
    splits: [String], sampling: SamplingConfiguration,
    budgets: BudgetConfiguration = BudgetConfiguration(), drawsBudget: Bool = false,
    purpose: String, context: any StageContext
  ) throws {
    let problems = context.input("problems")
    items = try splits.flatMap { split in
      try ProblemsArtifact.read(split: split, from: problems).map {
        Item(split: split, problem: $0)
      }
    }
    self.sampling = sampling
    self.budgets = budgets
    self.drawsBudget = drawsBudget
    self.purpose = purpose
    self.context = context
  }

  /// Samples every response, ordered by split, problem, sample, budget and summary.
  /// - Throws: `ModelFileError` if the policy's files are damaged.
  package func run() throws -> [ResponseRecord] {
    let cells = try ResponseCells(
      items.map(\.problem), sampling, budgets, drawsBudget: drawsBudget, purpose: purpose,
      in: context)
    var responses = items.indices.map { cells.responses(to: $0, split: items[$0].split) }
    let slices = cells.slices(missing: responses.map(\.count))
    var log = ResponseLog(numGenerations: sampling.numGenerations)
    log.add(responses)
    context.show(log: log.data)
    guard !slices.isEmpty else { return responses.flatMap { $0.flatMap { $0 } } }

    let model = try ModelArtifact.read(context.input("policy"), for: LadderVocabulary.tokenizer)
    try ModelArtifact.requireRoom(
      in: model, for: items.map(\.problem), longest: budgets.longestSequence(for: sampling))
    let drawing = try ResponseDrawing(
      sampling, budgets, drawsBudget: drawsBudget, model: model,
      backend: context.makeBackend(), seed: context.seed, purpose: purpose)
    var done = items.count - slices.reduce(0) { $0 + $1.count }
    for slice in slices {
      var correct = 0
      var count = 0
      for (part, samples) in zip(slice, try drawing.draw(slice.map { ($0.problem, $0.samples) })) {
        let split = items[part.index].split
        for records in samples { cells.add(records, to: part.index) }
        responses[part.index] =
          responses[part.index].prefix(part.samples.lowerBound)
          + samples.map { $0.map { $0.with(split: split) } }
        count += samples.reduce(0) { $0 + $1.count }
        correct += samples.joined().count { $0.isCorrect }
      }
      done += slice.count
      log.add(responses)
      context.show(log: log.data)
      // The checkpoint holds only the progress of the stage; its results are in the cells.
      try context.endStep(
        StageProgress(
          step: done, total: items.count, noun: "problems",
          metrics: [
            ("accuracy", NumberFormat.fixed(Double(correct) / Double(count), digits: 3))
          ])
      ) { _ in try cells.commit() }
    }
    try cells.commit()
    return responses.flatMap { $0.flatMap { $0 } }
  }
}
