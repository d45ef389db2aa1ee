import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// A half-way state of a stage that trains: weights, moments, counters and the log so far.
///
/// Random numbers are counter-based and examples are drawn by step, so nothing else is needed.
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
    _ optimization: Optimization, log: TrainingLog, step: Int, to folder: any FolderWriter
  ) throws {
    let state = optimization.state
    let counters = Counters(step: step, updates: state.updates, tokens: log.tokenCount)
    try folder.write(state.tensors.encoded(), to: "state.safetensors")
    try folder.write(counters.json.file, to: "counters.json")
    try folder.write(log.data, to: TrainingLog.file)
  }

  /// Takes up the latest checkpoint, or the state in which shorter training ended, if there is one.
  /// - Returns: how many steps are done.
  package static func resume(
    _ optimization: Optimization, log: inout TrainingLog, context: any StageContext
  ) throws -> Int {
    guard let checkpoint = try context.latestCheckpoint() else { return 0 }
    let counters = try JSONDecoder().decode(
      Counters.self, from: try checkpoint.read("counters.json"))
    let tensors = try NamedTensors(
      decoding: try checkpoint.read("state.safetensors"), file: "state.safetensors")
    try optimization.restore(tensors, updates: counters.updates, file: "state.safetensors")
    log = TrainingLog(data: try checkpoint.read(TrainingLog.file), tokenCount: counters.tokens)
    return counters.step
  }
}
