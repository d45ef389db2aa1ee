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

  private static let stateFile = "state.safetensors"

  package static func save(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, log: TrainingLog,
    watch: RewardWatch? = nil, step: Int, to folder: any FolderWriter
  ) throws {
    let counters = Counters(
      step: step, updates: optimization.updateCount, tokens: log.tokenCount)
    try folder.write(to: stateFile) { write in
      try SafetensorsWriter.write(optimization.tensorsInFile, to: write)
    }
    try folder.write(counters.json.file, to: "counters.json")
    if let trainer { try folder.write(trainer.state.json.file, to: "trainer.json") }
    try folder.write(log.data, to: TrainingLog.file)
    if let watch { try folder.write(watch.data, to: RewardWatch.file) }
  }

  /// Resumes from the latest checkpoint, or from the end state of shorter training, if one exists.
  /// - Returns: the number of completed steps.
  package static func resume(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, log: inout TrainingLog,
    watch: inout RewardWatch?, context: any StageContext
  ) throws -> Int {
    guard let checkpoint = try context.latestCheckpoint() else { return 0 }
    let counters = try JSONDecoder().decode(
      Counters.self, from: try checkpoint.read("counters.json"))
    try optimization.restore(updates: counters.updates, file: stateFile) { take in
      try checkpoint.read(stateFile, inPieces: take)
    }
    if let trainer {
      trainer.state = try JSONDecoder().decode(
        PolicyTrainer.State.self, from: try checkpoint.read("trainer.json"))
    }
    log = TrainingLog(data: try checkpoint.read(TrainingLog.file), tokenCount: counters.tokens)
    // A checkpoint of an engine without a watch has no file for it.
    watch?.restore(try? checkpoint.read(RewardWatch.file), log: try TrainingLog.rows(in: log.data))
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
