package import ArgumentParser
import Fields
import Foundation
package import PipelineCore
import Reporting
import Stages

/// Repeats a run's work and compares the results.
package struct Verify: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Repeat a run's work and show the first difference.",
    usage: "laconic verify <run> [<stage>] [--rehash] [<options>]",
    discussion: """
      Everything is recomputed outside the store from the record of the run: every \
      field with its default, the seeds, the numerics. With a stage, only that stage \
      is recomputed, from the inputs in the store. --rehash computes nothing: it reads \
      the results of the run and checks every digest. Exit code 4: something differs.

      Examples:
        laconic verify latest
        laconic verify latest 'rl[alpha=0.1]' -j 2
        laconic verify latest --rehash
      """)

  @Argument(help: RunName.help())
  var runName: String

  @Argument(help: "A stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String?

  @Flag(help: "Let stages of kind 'command' start their programs again.")
  var allowExec = false

  @Flag(help: "Only check the digests of what is stored.")
  var rehash = false

  @Option(name: .shortAndLong, help: "The most stages that run at once.")
  var jobs = 1

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  package func run() throws {
    let run = try store.read().run(runName)
    let points = try stage.map { try run.points(named: $0) } ?? run.points
    let verdicts = try rehash ? rehashed(points) : recomputed(run, points)
    Terminal.output.print(Self.text(of: verdicts))
    try Self.check(verdicts)
  }

  private func rehashed(_ points: [RunRecord.Point]) throws -> [Verdict] {
    try store.read().rehash(points).map { address, problems in
      Verdict(
        address: address,
        finding: problems.isEmpty
          ? .same : .differs(file: "", detail: problems.joined(separator: "; ")),
        keyChanges: [])
    }
  }

  private func recomputed(_ run: RunRecord, _ points: [RunRecord.Point]) throws -> [Verdict] {
    StopSignal.installHandlers()
    let asked = Set(points.map(\.address))
    var options = RunOptions(
      jobs: jobs, keepsGoing: true, checkpoints: .seconds(.infinity),
      stop: StopSignal(followsProcess: true), pipeline: run.pipeline, file: run.file,
      fingerprint: { $0.fingerprint })
    options.allowsPrograms = allowExec
    let stored = try store.open()
    let watcher =
      allowExec && run.points.contains(where: \.runsProgram)
      ? WatchPrograms.watcher(of: stored) : nil
    defer { withExtendedLifetime(watcher) {} }
    return try Verifier(run, store: stored, kinds: .builtIn, options: options)
      .recompute(
        stage == nil
          ? nil : Set(run.points.indices.filter { asked.contains(run.points[$0].address) }),
        observer: Terminal.error.progress,
        describe: ArtifactDifference.describe)
  }

  /// One line per point; below a point that differs, the parts of its key that changed.
  package static func text(of verdicts: [Verdict]) -> String {
    guard !verdicts.isEmpty else { return "the run has no results to compare" }
    let width = min(verdicts.map(\.address.count).max() ?? 0, 40)
    var lines: [String] = []
    for verdict in verdicts {
      lines.append("\(verdict.address.padded(to: width))  \(words(verdict.finding))")
      if verdict.finding == .same { continue }
      for change in verdict.keyChanges {
        lines.append(
          "  \(change.path): was \(change.before ?? "not there"), is \(change.now ?? "not there")")
      }
    }
    let same = verdicts.count { $0.finding == .same }
    lines.append("\(same) of \(verdicts.count) the same")
    return lines.joined(separator: "\n")
  }

  private static func words(_ finding: Verdict.Finding) -> String {
    switch finding {
    case .same: "same"
    case .differs("", let detail): "differs: \(detail.shown)"
    case .differs(let file, let detail): "differs in \(file): \(detail.shown)"
    case .follows(let address): "not compared, since \(address) differs"
    case .failed(let message): "failed: \(message.shown)"
    case .notDone: "not done"
    }
  }

  /// - Throws: the exit code for what was found.
  static func check(_ verdicts: [Verdict]) throws {
    func any(_ matches: (Verdict.Finding) -> Bool) -> Bool {
      verdicts.contains { matches($0.finding) }
    }
    if any({ if case .differs = $0 { true } else { false } }) { throw ExitCode.differs }
    if any({ if case .failed = $0 { true } else { false } }) { throw ExitCode.runFailed }
    if any({ $0 == .notDone }) { throw ExitCode.stopped }
  }
}
