package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Shows the logs that stages write while they run, from any terminal.
package struct Logs: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show the logs of a run's stages, and follow them while it runs.",
    usage: "laconic logs [<run>] [<stage>] [-f] [--columns <names>] [--csv | --json]",
    discussion: """
      A run is 'latest' or the beginning of an id; a stage is a name, or the address of \
      one point. Training stages log one line per step, without gap or repeat however \
      often they were stopped; sampling stages log one line per 32 problems; the log of \
      a program is its output.

      Columns are names, or patterns with * and ?. Without --columns, the ones most \
      looked at are shown; --columns '*' shows all.

      Examples:
        laconic logs base
        laconic logs latest 'rl[alpha=0.1]' -f
        laconic logs rl --columns step,reward,'completions/*'
        laconic logs rl --csv > rl.csv
        laconic logs 20251122-0554 --json
      """)

  @Argument(help: ArgumentHelp("The run, the stage, or both in this order.", valueName: "run"))
  var names: [String] = []

  @Flag(name: .shortAndLong, help: "Follow the logs until the run ends; Ctrl-C leaves.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "The columns to show, separated by commas: step,reward,'rewards/*'.", valueName: "names"))
  var columns: String?

  @Flag(help: "Comma-separated values with all digits, every column unless --columns.")
  var csv = false

  @Flag(help: "The lines as they are stored, JSON, without the stage's name.")
  var json = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if names.count > 2 { throw ValidationError("give a run and a stage, not \(names.count) names") }
    if csv, json { throw ValidationError("--csv and --json exclude each other") }
    if let columns, LogColumns(columns).patterns.contains("") {
      throw ValidationError("--columns needs names separated by commas: step,reward")
    }
  }

  /// The run and the stage that were given. Run ids begin with a digit, stage names with a letter.
  private var target: (run: String, stage: String?) {
    switch names.count {
    case 0: ("latest", nil)
    case 1:
      names[0] == "latest" || names[0].hasPrefix(Store.tagPrefix)
        || names[0].first?.isNumber != false
        ? (names[0], nil) : ("latest", names[0])
    default: (names[0], names[1])
    }
  }

  package func run() throws {
    let store = try store.read()
    // Whoever follows leaves by Ctrl-C, which is no failure.
    if follow { StopSignal.leaveAtInterrupt() }
    let (name, stage) = target
    var run = try store.run(name)
    let chosen = try points(of: run, named: stage)
    var readers = chosen.map { _ in StageLogReader(mostBytes: .max) }
    var printer = printer(of: chosen.map { run.points[$0] }, declared: declared(in: run, store))
    while true {
      let news = try zip(readers.indices, chosen).map { place, index in
        try readers[place].news(of: run.points[index], in: store).map {
          Substring(decoding: $0, as: UTF8.self)
        }
      }
      let text = try self.text(of: news, &printer)
      // Standard output was closed by its reader.
      if !text.isEmpty, !Terminal.output.isWritten(text) { return }
      guard follow, run.state == .running else {
        if !readers.contains(where: \.hasRead) {
          Terminal.report("no log yet; training stages log one line per step")
        }
        return
      }
      Thread.sleep(forTimeInterval: 0.25)
      run = try store.run(run.id)
    }
  }

  /// - Throws: the exit code of bad usage after a line about a column that no log has.
  private func text(of news: [[Substring]], _ printer: inout LogPrinter) throws -> String {
    do {
      return try printer.text(news)
    } catch let error as ValidationError {
      Terminal.report(error.message)
      throw ExitCode.validationFailure
    }
  }

  /// The names that the rows of a training may have, by the point's address. They are only needed
  /// where a column is chosen that the rows so far may lack, and unknown for a run that did not
  /// record its pipeline.
  private func declared(in run: RunRecord, _ store: Store) -> [String: [String]] {
    guard columns != nil || csv, let bytes = try? store.resolved(of: run),
      let graph = try? ResolvedGraph.decode(bytes, kinds: .builtIn)
    else { return [:] }
    return Dictionary(
      graph.points.compactMap { point in
        (point.kind as? any TrainingKind).map { (point.address, $0.figures(of: point.config)) }
      }, uniquingKeysWith: { first, _ in first })
  }

  private func printer(
    of points: [RunRecord.Point], declared: [String: [String]]
  ) -> LogPrinter {
    LogPrinter(
      csv ? .csv : json ? .json : .columns, columns: columns.map { LogColumns($0) },
      of: points.map { point in
        LogPrinter.Source(
          address: point.address,
          columns: StageKinds.builtIn[point.kind]?.logColumns.map(LogColumns.init(patterns:)),
          declared: declared[point.address].map { ["step"] + $0 } ?? [])
      }, isInteractive: Terminal.output.isInteractive, width: Terminal.output.width)
  }

  /// The points that have a log.
  private func points(of run: RunRecord, named stage: String?) throws -> [Int] {
    let keeping = run.points.indices.filter {
      StageKinds.builtIn[run.points[$0].kind]?.showsLog ?? run.points[$0].runsProgram
    }
    guard let stage else { return keeping }
    let named = try run.indices(of: stage)
    let kept = named.filter(keeping.contains)
    guard !kept.isEmpty else {
      throw StageFailure(
        "'\(stage)' has no log, since its kind is '\(run.points[named[0]].kind)'; "
          + "'laconic export' shows what it made")
    }
    return kept
  }
}
