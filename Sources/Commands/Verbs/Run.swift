import Algorithms
package import ArgumentParser
import Fields
import Foundation
import Logging
import PipelineCore
import Reporting
import Stages

/// Runs or resumes the work that is not done, and shows the tables.
package struct Run: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Run a pipeline, or resume it; the tables are printed at the end.",
    usage: """
      laconic run <file> [<stage> ...] [--set <path=value> ...] [<options>]
      laconic run --plan <file> [-j <jobs>] [<options>]
      """,
    discussion: """
      Finished work is reused, and unfinished work resumes from its checkpoint. \
      Ctrl-C saves within one step and exits 75; the same command resumes the run, \
      also with --plan. \
      A second Ctrl-C ends at once.

      With stages, or points of them, only these run and what they need: of the rest \
      nothing is computed, and nothing in the store is touched.

      Examples:
        laconic run pipelines/quickstart.yaml
        laconic run pipelines/quickstart.yaml base 'rl[alpha=0.1]'
        laconic run pipelines/quickstart.yaml -j 2 --set seeds=[0,1]
      """)

  @OptionGroup var pipeline: RunnableOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var memory: MemoryOptions

  @Option(name: .shortAndLong, help: "The most stages that run at once.")
  var jobs = 1

  @Option(help: "Threads of each stage; otherwise the cores are shared out among the jobs.")
  var threads: Int?

  @Flag(help: "After a failure finish every stage that does not depend on it.")
  var keepGoing = false

  @Flag(help: "Let stages of kind 'command' start the programs that the pipeline names.")
  var allowExec = false

  @Option(help: ArgumentHelp("A note on the run, which 'status' shows.", valueName: "text"))
  var note: String?

  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("A tag by which the run is found again; may be repeated.", valueName: "name")
  )
  var tags: [String] = []

  @Option(
    help: ArgumentHelp("Save and exit 75 after this long: 90s, 30m, 2h.", valueName: "time"),
    transform: { text in
      guard let time = TimeSpan(text) else {
        throw ValidationError(
          "'\(text)' is not a duration: write a number above 0 and its unit, as in 90s or 2h")
      }
      return time
    })
  var maxTime: TimeSpan?

  @Option(help: ArgumentHelp("Seconds between checkpoints of a stage.", valueName: "seconds"))
  var checkpointEverySeconds = 10.0

  @Option(help: ArgumentHelp("Checkpoint after this many steps instead.", valueName: "steps"))
  var checkpointEverySteps: Int?

  @Option(
    help: ArgumentHelp(
      "Instead of progress, log events to standard error: debug, info, warning or error.",
      valueName: "level"),
    transform: { text in
      guard let level = Logger.Level(rawValue: text) else {
        let levels: [Logger.Level] = [.debug, .info, .warning, .error]
        let unknown = UnknownName("log level", text, among: levels.map(\.rawValue))
        throw ValidationError(unknown.message)
      }
      return level
    })
  var logLevel: Logger.Level?

  package init() {}

  package func validate() throws {
    try RunName.validate(tags: tags)
    if let flaw = note.flatMap(RunLabels.flaw(ofNote:)) { throw ValidationError(flaw) }
    if jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if let steps = checkpointEverySteps, steps < 1 {
      throw ValidationError("--checkpoint-every-steps must be at least 1")
    }
    if !(0...1e9).contains(checkpointEverySeconds) {
      throw ValidationError("--checkpoint-every-seconds must be from 0 to 1000000000")
    }
  }

  package func run() throws {
    let runnable = try pipeline.load(store: store)
    let pipeline = runnable.pipeline
    let graph = runnable.part.graph
    let store: Store
    do {
      store = try Store(root: runnable.store)
    } catch let problem as StoreError where problem.isUnwritable {
      guard try showReused(pipeline, graph, runnable.store, because: problem) else { throw problem }
      return
    }
    let startsPrograms = try look(before: graph, in: store)
    try compareMemory(of: runnable.resolved, graph, in: store)
    let watcher = startsPrograms ? WatchPrograms.watcher(of: store) : nil
    defer { withExtendedLifetime(watcher) {} }
    StopSignal.installHandlers()
    var options = RunOptions(
      jobs: jobs, threads: threads, keepsGoing: keepGoing,
      checkpoints: checkpointEverySteps.map { .steps($0) } ?? .seconds(checkpointEverySeconds),
      stop: StopSignal(maxTime: maxTime?.duration, followsProcess: true),
      pipeline: pipeline.name, file: runnable.file, fingerprint: { $0.fingerprint })
    options.allowsPrograms = allowExec
    options.memory = memory.bytes
    options.description = pipeline.description
    options.labels = RunLabels(note: note, tags: tags.uniqued(on: \.self))
    options.build = Bundle.main.executableURL.flatMap(store.build)
    let summary = try Runner.run(graph, store: store, options: options, observer: observer)
    try Self.showResults(of: summary, pipeline: pipeline, store: store)
    if let sentence = Self.programs(of: graph, summary) { Terminal.output.print("\n" + sentence) }
    try summary.throwUnlessDone()
  }

  /// Shows the results of a run that has nothing to do, from a store that cannot be written.
  /// - Returns: false if there is work to do.
  private func showReused(
    _ pipeline: Pipeline, _ graph: StageGraph, _ place: URL, because problem: StoreError
  ) throws -> Bool {
    let store = Store(readOnly: place)
    guard let summary = Runner.reuse(graph, store: store, fingerprint: { $0.fingerprint }) else {
      return false
    }
    Terminal.report(
      "\(problem.inWords)\nevery stage is done: these are its results, and no run was recorded"
    )
    try Self.showResults(of: summary, pipeline: pipeline, store: store, writesFiles: false)
    if let sentence = Self.programs(of: graph, summary) { Terminal.output.print("\n" + sentence) }
    return true
  }

  /// - Returns: true if a program will be started.
  /// - Throws: `ExitCode.badPipeline` after showing mistakes in outside files.
  private func look(before graph: StageGraph, in store: Store) throws -> Bool {
    let found = try Preflight.checked(graph, in: store)
    if !allowExec, let first = found.programs.first {
      Terminal.report(Self.refusal(first, more: found.programs.count - 1))
      throw ExitCode.badPipeline
    }
    return !found.programs.isEmpty
  }

  /// Warns of stages that may not fit in memory.
  /// - Throws: `ExitCode.badPipeline` after showing those that cannot fit.
  private func compareMemory(
    of resolved: ResolvedPipeline, _ graph: StageGraph, in store: Store
  ) throws {
    let shortages = Planner.shortages(
      graph, memory: memory.bytes, store: store, fingerprint: { $0.fingerprint })
    guard !shortages.isEmpty else { return }
    PipelineFile.report(
      shortages.map {
        resolved.diagnostic(
          $0.isCertain ? .error : .warning, $0.message, ofStage: $0.stage, help: $0.help)
      })
    if shortages.contains(where: \.isCertain) { throw ExitCode.badPipeline }
  }

  private static func refusal(_ point: StagePoint, more: Int) -> String {
    let program = point.config["command"].listValue?.first?.stringValue ?? ""
    return "'\(point.address)' runs a program, '\(program)'"
      + (more > 0 ? ", and \(more) more stages do" : "")
      + "; nothing was run: add --allow-exec if you trust this pipeline"
  }

  /// A note on the results made by the pipeline's own programs, which Laconic cannot vouch for.
  static func programs(of graph: StageGraph, _ summary: RunSummary) -> String? {
    let stages = zip(graph.points, summary.points)
      .filter { $0.kind.runsPrograms && $1.outcome.isSuccess }.map(\.0.stage).uniqued(on: \.self)
    return ProgramNote.text(stages, most: 8)
  }

  private var observer: any RunObserver {
    guard let logLevel else { return Terminal.error.progress }
    var logger = Logger(label: "laconic", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel
    return LoggingObserver(logger)
  }

  /// Prints the tables of a run, and writes its tables, plots and pages as files.
  static func showResults(
    of summary: RunSummary, pipeline: Pipeline, store: Store, writesFiles: Bool = true
  ) throws {
    let results = ResultFiles(store: store, pipeline: pipeline.name)
    do {
      for point in summary.points {
        guard let digest = point.artifact else { continue }
        let artifact = try store.artifact(digest)
        if let text = try results.text(
          artifact, width: Terminal.output.width, style: Terminal.output.style)
        {
          Terminal.output.print("\n" + text)
        }
        guard writesFiles else { continue }
        for file in try results.write(artifact, address: point.address) {
          Terminal.error.print("wrote \(CurrentFolder.displayed(file))")
        }
      }
    } catch {
      Terminal.report("the results could not be shown: \(error.inWords)")
      throw ExitCode.runFailed
    }
  }
}
