import ArgumentParser
import Foundation
import PipelineCore

/// The input of `run`: a pipeline with its overrides, or a saved plan.
struct RunnableOptions: ParsableArguments {
  @Argument(
    help: "The pipeline, a YAML file; with --plan only if it has moved.",
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @OptionGroup var targets: TargetOptions

  @OptionGroup var overrides: OverrideOptions

  @Option(
    help: ArgumentHelp(
      "Run a plan saved by 'laconic plan --output' exactly, or resume it; refused with "
        + "exit 1 if something else would happen.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var plan: String?

  func validate() throws {
    if file == nil, plan == nil {
      throw ValidationError("give a pipeline, or a saved plan with --plan")
    }
    if plan != nil, !overrides.all.isEmpty {
      throw ValidationError(
        "--set cannot be combined with --plan: the plan already contains its overrides")
    }
    if plan != nil, !targets.all.isEmpty {
      throw ValidationError(
        "stages cannot be named with --plan: the plan already says which will run")
    }
  }

  /// The pipeline to run, and the store to run it in.
  struct Runnable {
    var resolved: ResolvedPipeline
    var part: TargetedGraph
    var file: String
    var store: URL

    var pipeline: Pipeline { resolved.pipeline }
  }

  /// Reads and validates the pipeline, and compares a saved plan with the store as it is now.
  /// - Throws: `ExitCode` after printing what is wrong.
  func load(store options: StoreOptions) throws -> Runnable {
    guard let plan else {
      guard let file else { preconditionFailure("validated") }
      let resolved = try PipelineFile(file: file, overrides: overrides.all).resolve()
      return Runnable(
        resolved: resolved,
        part: try TargetOptions.part(of: resolved.pipeline, targets: targets.all), file: file,
        store: try options.location(forPipeline: file))
    }
    let saved = try Self.read(plan)
    let file = file ?? saved.origin.file
    let resolved = try PipelineFile(file: file, overrides: saved.origin.overrides).resolve()
    let store =
      options.store == nil
      ? try StoreOptions.checked(URL(fileURLWithPath: saved.origin.store))
      : try options.location(forPipeline: file)
    let now = try PlannedPipeline(
      pipeline: resolved.pipeline, targets: saved.origin.targets, file: file,
      overrides: saved.origin.overrides, store: store)
    if let difference = saved.firstDifference(from: now.file) {
      Terminal.report(
        "the plan '\(plan)' is stale: \(difference)\n"
          + "nothing was run; plan again with 'laconic plan'")
      throw ExitCode.runFailed
    }
    return Runnable(resolved: resolved, part: now.part, file: file, store: store)
  }

  private static func read(_ path: String) throws -> PlanFile {
    try CurrentFolder.check(for: path)
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return try PlanFile(decoding: try file.read(upToCount: PlanFile.mostBytes + 1) ?? Data())
    } catch {
      Terminal.report("cannot read the plan '\(path)': \(error.reasonInWords)")
      throw ExitCode.badPipeline
    }
  }
}
