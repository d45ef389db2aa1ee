package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Shows the logs that stages write while they run, from any terminal.
package struct Logs: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show the logs of a run's stages, and follow them while it runs.",
    usage: "laconic logs [<run>] [<stage>] [-f] [--json]",
    discussion: """
      A run is 'latest' or the beginning of an id; a stage is a name, or the address of \
      one point. Training stages log one line per step, without gap or repeat however \
      often they were stopped; sampling stages log one line per 32 problems; the log of \
      a program is its output.

      Examples:
        laconic logs base
        laconic logs latest 'rl[alpha=0.1]' -f
        laconic logs 20251122-0554 --json
      """)

  @Argument(help: ArgumentHelp("The run, the stage, or both in this order.", valueName: "run"))
  var names: [String] = []

  @Flag(name: .shortAndLong, help: "Follow the logs until the run ends; Ctrl-C leaves.")
  var follow = false

  @Flag(help: "The lines as they are stored, JSON, without the stage's name.")
  var json = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if names.count > 2 { throw ValidationError("give a run and a stage, not \(names.count) names") }
  }

  /// The run and the stage that were given. Run ids begin with a digit, stage names with a letter.
  private var target: (run: String, stage: String?) {
    switch names.count {
    case 0: ("latest", nil)
    case 1:
      names[0] == "latest" || names[0].first?.isNumber != false
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
    var positions: [Int: Int] = [:]
    let chosen = try points(of: run, named: stage)
    while true {
      var hasLog = false
      for index in chosen {
        let (text, isThere) = try news(of: run.points[index], store, &positions[index, default: 0])
        hasLog = hasLog || isThere
        let lines = text.map { line($0, of: run.points[index], isAlone: chosen.count == 1) }
        // Standard output was closed by its reader.
        if !lines.isEmpty, !Terminal.output.isWritten(lines.joined()) { return }
      }
      guard follow, run.state == .running else {
        if !hasLog, positions.values.allSatisfy({ $0 == 0 }) {
          Terminal.report(
            "no log yet; training stages log one line per step")
        }
        return
      }
      Thread.sleep(forTimeInterval: 0.25)
      run = try store.run(run.id)
    }
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

  /// The complete lines after a position, which is then advanced past them.
  private func news(
    of point: RunRecord.Point, _ store: Store, _ position: inout Int
  ) throws -> (lines: [Substring], isThere: Bool) {
    let bytes: Data
    if let digest = point.artifact, let file = StageKinds.builtIn[point.kind]?.logFile {
      bytes = Data(try store.artifact(digest).read(file).dropFirst(position))
    } else if point.artifact != nil, let key = point.key {
      bytes = try rest(of: key, store, &position)
    } else if let key = point.key {
      bytes = try store.liveLog(key, from: position)
    } else {
      return ([], false)
    }
    guard point.artifact == nil || StageKinds.builtIn[point.kind]?.logFile != nil else {
      // The log is finished, so its last line counts even without a line end.
      return (String(decoding: bytes, as: UTF8.self).split(separator: "\n"), !bytes.isEmpty)
    }
    // A line without a line end is still being written.
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ([], false) }
    let whole = bytes[...end]
    position += whole.count
    return (String(decoding: whole, as: UTF8.self).split(separator: "\n"), true)
  }

  /// The part of a finished stage's log that the store keeps, returned once. The lines before
  /// `position` were shown while the stage was running.
  private func rest(of key: String, _ store: Store, _ position: inout Int) throws -> Data {
    guard position != .max else { return Data() }
    defer { position = .max }
    return try store.keptLog(key, from: position)
  }

  private func line(_ line: Substring, of point: RunRecord.Point, isAlone: Bool) -> String {
    // Control characters in a program's output must not reach a terminal; in a file they are kept.
    if json { return (Terminal.output.isInteractive ? String(line).shown : String(line)) + "\n" }
    let text = (isAlone ? "" : point.address + "  ") + LogRow.text(of: String(line)).shown
    return (Terminal.output.isInteractive ? text.truncated(to: Terminal.output.width) : text) + "\n"
  }
}
