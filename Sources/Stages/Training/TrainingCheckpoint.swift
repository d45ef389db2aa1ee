import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// A checkpoint of a stage that trains: weights, optimizer moments, counters, the log so far, and
/// the policy trainer's memory.
///
/// Random numbers are counter-based and examples are sampled by step, so nothing else is needed to
/// resume.
package enum TrainingCheckpoint {
  private struct Counters: Decodable {
    var step: Int
    var updates: Int
    var tokens: Int

    var json: JSONText {
      .object([("step", .int(step)), ("updates", .int(updates)), ("tokens", .int(tokens))])
    }
  }

  package static func save(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, log: TrainingLog, step: Int,
    to folder: any FolderWriter
  ) throws {
    let state = optimization.state
    let counters = Counters(step: step, updates: state.updates, tokens: log.tokenCount)
    try folder.write(state.tensors.encoded(), to: "state.safetensors")
    try folder.write(counters.json.file, to: "counters.json")
    if let trainer { try folder.write(trainer.state.json.file, to: "trainer.json") }
    try folder.write(log.data, to: TrainingLog.file)
  }

  /// Resumes from the latest checkpoint, or from the end state of shorter training, if one exists.
  /// - Returns: the number of completed steps.
  package static func resume(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, log: inout TrainingLog,
    context: any StageContext
  ) throws -> Int {
    guard let checkpoint = try context.latestCheckpoint() else { return 0 }
    let counters = try JSONDecoder().decode(
      Counters.self, from: try checkpoint.read("counters.json"))
    let tensors = try NamedTensors(
      decoding: try checkpoint.read("state.safetensors"), file: "state.safetensors")
    try optimization.restore(tensors, updates: counters.updates, file: "state.safetensors")
    if let trainer {
      trainer.state = try JSONDecoder().decode(
        PolicyTrainer.State.self, from: try checkpoint.read("trainer.json"))
    }
    log = TrainingLog(data: try checkpoint.read(TrainingLog.file), tokenCount: counters.tokens)
    return counters.step
  }
}

extension PolicyTrainer.State {
  /// The memory as JSON; a double is its shortest text that reads back to the same value.
  fileprivate var json: JSONText {
    let terms = rewardMemory.terms.sorted { $0.key < $1.key }.map { name, memory in
      let problems = memory.problems.sorted { $0.key < $1.key }
        .map { ($0.key, JSONText.array($0.value.map { .double($0) })) }
      return (
        name,
        JSONText.object([
          ("run", .array(memory.run.map { .double($0) })), ("problems", .object(problems)),
        ])
      )
    }
    return .object([
      ("rewardMemory", .object([("terms", .object(terms))])), ("klCoef", .double(klCoef)),
    ])
  }
}
