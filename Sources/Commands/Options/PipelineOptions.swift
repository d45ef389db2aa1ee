import ArgumentParser
import Foundation
import PipelineCore
import Stages

/// The pipeline file and the overrides, for every command that reads one.
struct PipelineOptions: ParsableArguments {
  @Argument(
    help: "The pipeline, a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var overrides: OverrideOptions

  /// Reads and validates the pipeline, and prints all mistakes at once.
  /// - Throws: `ExitCode.badPipeline`.
  func load() throws -> Pipeline {
    try PipelineFile(file: file, overrides: overrides.all).load()
  }

  /// Like `load`, but also says where each value comes from.
  func resolve() throws -> ResolvedPipeline {
    try PipelineFile(file: file, overrides: overrides.all).resolve()
  }
}
