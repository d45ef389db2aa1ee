import ArgumentParser
import PipelineCore
import Stages

/// The stages that a command is asked for, of a pipeline that may have more.
struct TargetOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Only these stages, or points as 'rl[alpha=0.1]', and what they need.", valueName: "stage"))
  var all: [String] = []

  /// The part of a pipeline that the targets need; all of it without targets.
  /// - Throws: `ExitCode.badPipeline` after showing the names that exist.
  static func part(of pipeline: Pipeline, targets: [String]) throws -> TargetedGraph {
    do {
      return try TargetedGraph(StageGraph(pipeline), targets: targets)
    } catch {
      Terminal.report(error.inWords)
      throw ExitCode.badPipeline
    }
  }
}
