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

  struct Item {
    var split: String
    var problem: Problem
  }

  let items: [Item]
  let task: SamplingTask
  let purpose: String
  let context: any StageContext

  /// - Parameter purpose: the purpose of the random numbers.
  /// - Throws: `StageFailure` if a split is missing.
  package init(_ task: SamplingTask, purpose: String, context: any StageContext) throws {
    items = try task.items(in: context.input(RoleName.problems))
    self.task = task
    self.purpose = purpose
    self.context = context
  }

  /// Samples every response, ordered by split, problem, sample, budget and summary.
  /// - Throws: `ModelFileError` if the policy's files are damaged.
  package func run(_ connector: ServerConnector) throws -> [ResponseRecord] {
    if let server = context.input(RoleName.policy) as? ServerArtifact {
      return try run(by: server, connector)
    }
    let cells = try ResponseCells(
      items.map(\.problem), task, purpose: purpose, in: context)
    var responses = items.indices.map { cells.responses(to: $0, split: items[$0].split) }
    let slices = cells.slices(missing: responses.map(\.count))
    var log = ResponseLog(numGenerations: task.sampling.numGenerations)
    log.add(responses)
    context.show(log: log.data)
    guard !slices.isEmpty else { return responses.flatMap { $0.flatMap { $0 } } }

    let policy = try PolicyInput.read(
      context.input(RoleName.policy), for: task.sampling, backend: context.makeBackend())
    try ModelArtifact.requireRoom(
      of: policy.maxPositions, for: items.map(\.problem),
      longest: task.longestSequence, format: task.sampling.format)
    let drawing = try ResponseDrawing(task, policy: policy, seed: context.seed, purpose: purpose)
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
