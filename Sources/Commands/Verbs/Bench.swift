package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages

/// Measures the throughput of this build on this machine.
package struct Bench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure training, sampling and RL speed of this build on this machine.",
    usage: """
      laconic bench [--shape <shape> ...] [--model <path>] [--pipeline <file>]
                    [<options>]
      """,
    discussion: """
      Measured are tokens per second of training steps (train), of sampling (sample), \
      with --model of reading a prompt (read), and of whole reinforcement learning \
      steps (rl: rollout, reward, update), as the median over repetitions; their \
      arithmetic in GFLOP/s and as a share of the fastest matrix product (peak); and \
      the most memory held. Each figure comes from a process of its own.

      Weights are random, except with --model, and no response ends early, so that \
      the work is fixed. It is wall time: other work on the machine lowers the \
      figures. Compare only figures of one session.

      Examples:
        laconic bench
        laconic bench --shape tiny --numerics exact --threads 1,2
        laconic bench --pipeline pipelines/quickstart.yaml --stage rl
        laconic bench --model models/qwen.gguf --only sample --sequences 64
        laconic bench --shape mid --only peak --only train --json
      """)

  @Option(
    help: ArgumentHelp(
      "A shape (\(BenchmarkShape.all.map(\.name).joined(separator: ", "))). May be repeated; "
        + "all when neither shape, model nor pipeline is given.", valueName: "shape"))
  var shape: [String] = []

  @Option(
    help: ArgumentHelp(
      "Measure this model: a Hugging Face folder, or a GGUF file.", valueName: "path"),
    completion: .file())
  var model: String?

  @Option(
    help: "Numbers of sequences that --model samples at once: 64, or 1,16. May be repeated.")
  var sequences: [Counts] = []

  @Option(
    help: ArgumentHelp(
      "Measure the stages of this pipeline: their models, batches, lengths and numerics.",
      valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String?

  @Option(help: "A stage of the pipeline. May be repeated; all when left out.")
  var stage: [String] = []

  @OptionGroup var overrides: OverrideOptions

  @Option(
    help: ArgumentHelp(
      "The work to measure. May be repeated; all when left out.", valueName: "work"))
  var only: [BenchmarkKind] = []

  @Option(
    help: "May be repeated. When left out: the pipeline's with one, all without.")
  var numerics: [Numerics] = []

  @Option(help: "Thread counts: 2, or 1,2. May be repeated; the processor's when left out.")
  var threads: [Counts] = []

  @Option(help: "Seconds per measurement, after one repetition that is not counted.")
  var seconds = 3.0

  @Flag(help: "Print JSON instead of the table.")
  var json = false

  @Option(
    help: ArgumentHelp("Also write the JSON to this file.", valueName: "file"),
    completion: .file())
  var output: String?

  package init() {}

  package func validate() throws {
    if !(seconds > 0 && seconds < 1e6) { throw ValidationError("--seconds must be above 0") }
    let known = BenchmarkShape.all.map(\.name)
    for name in shape where !known.contains(name) {
      throw ValidationError(UnknownName("shape", name, among: known).sentence)
    }
    if model == nil, !sequences.isEmpty { throw ValidationError("--sequences needs --model") }
    if pipeline == nil, !stage.isEmpty || !overrides.all.isEmpty {
      throw ValidationError("--stage and --set need --pipeline")
    }
  }

  package func run() throws {
    if let output { try CurrentFolder.check(for: output) }
    let measurements = try planned()
    var results: [BenchmarkRecord] = []
    for (index, measurement) in measurements.enumerated() {
      showProgress("\(index + 1)/\(measurements.count) \(measurement.title)")
      do {
        // A single measurement is made in this process. Of several, each gets its own process, so
        // that its memory and threads do not affect the next.
        results.append(
          measurements.count == 1
            ? try measurement.measure(seconds: seconds)
            : try BenchmarkProcess.run(arguments(for: measurement)))
      } catch {
        showProgress("")
        Terminal.report("cannot measure \(measurement.title): \(error.inWords)")
        throw ExitCode.runFailed
      }
    }
    showProgress("")
    let report = BenchmarkReport(records: results, seconds: seconds)
    if let output { try write(report.json.indented, to: output) }
    Terminal.output.print(
      json ? report.json.indented : report.table.terminal(width: Terminal.output.width))
  }

  // MARK: What to measure

  private var kinds: [BenchmarkKind] {
    BenchmarkKind.allCases.filter { only.isEmpty || only.contains($0) }
  }

  private func planned() throws -> [BenchmarkMeasurement] {
    var workloads: [(work: Workload, selection: [String])] = BenchmarkShape.all
      .filter { shape.isEmpty ? pipeline == nil && model == nil : shape.contains($0.name) }
      .flatMap(\.workloads).map { ($0, ["--shape", $0.name]) }
    if let model { workloads += try checkpointWorkloads(of: model) }
    var numerics = Numerics.allCases.filter { self.numerics.contains($0) }
    if let file = pipeline {
      let pipeline = try PipelineFile(file: file, overrides: overrides.all).load()
      if numerics.isEmpty { numerics = [pipeline.numerics] }
      let settings = overrides.all.flatMap { ["--set", $0] }
      workloads += try stageWorkloads(of: pipeline).map {
        ($0, ["--pipeline", file, "--stage", $0.name] + settings)
      }
    }
    if numerics.isEmpty { numerics = Numerics.allCases }
    workloads = workloads.filter { kinds.contains($0.work.kind) }

    var threads = Array(Set(self.threads.flatMap(\.values))).sorted()
    if threads.isEmpty { threads = [ProcessInfo.processInfo.activeProcessorCount] }
    return threads.flatMap { threads in
      peaks(beside: numerics, isReference: !workloads.isEmpty).map {
        BenchmarkMeasurement(workload: nil, numerics: $0, threads: threads)
      }
        + numerics.flatMap { numerics in
          workloads.map { workload, selection in
            BenchmarkMeasurement(
              workload: workload, selection: selection, numerics: numerics, threads: threads)
          }
        }
    }
  }

  /// Work in fp32 is compared with the machine's fastest fp32 product, whichever numerics computes
  /// it.
  private func peaks(beside numerics: [Numerics], isReference: Bool) -> [Numerics] {
    guard kinds.contains(.peak) else { return [] }
    if !isReference { return numerics }
    return Numerics.allCases.filter {
      numerics.contains($0)
        || ($0.isSinglePrecision && numerics.contains { $0.isSinglePrecision })
    }
  }

  private func checkpointWorkloads(
    of path: String
  ) throws -> [(work: Workload, selection: [String])] {
    let counts = sequences.flatMap(\.values)
    do {
      return try CheckpointWorkloads(path: path)
        .workloads(sequences: counts.isEmpty ? [1, 16, 64] : counts)
        .map { workload in
          guard case .sampling(let prompts, _) = workload.work else {
            return (workload, ["--model", path])
          }
          return (workload, ["--model", path, "--sequences", String(prompts.count)])
        }
    } catch {
      Terminal.report(error.inWords)
      throw ExitCode.badPipeline
    }
  }

  private func stageWorkloads(of pipeline: Pipeline) throws -> [Workload] {
    let stages = BenchmarkWorkloads(StageGraph(pipeline))
    do {
      guard stage.isEmpty else { return try stage.flatMap { try stages.workloads(ofStage: $0) } }
      let (workloads, unmeasured) = try stages.all()
      for name in unmeasured {
        Terminal.report(
          "stage '\(name)' is not measured: it trains on stored responses, which only a "
            + "run makes")
      }
      return workloads
    } catch {
      Terminal.report(error.inWords)
      throw ExitCode.badPipeline
    }
  }

  // MARK: Processes and files

  /// The command line that makes exactly one measurement.
  private func arguments(for measurement: BenchmarkMeasurement) -> [String] {
    [
      "bench", "--json", "--only", measurement.kind.rawValue, "--numerics",
      measurement.numerics.rawValue, "--threads", String(measurement.threads), "--seconds",
      String(seconds),
    ] + measurement.selection
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      Terminal.report("cannot write '\(path)': \(error.reasonInWords)")
      throw ExitCode.runFailed
    }
  }

  /// Shows a line that replaces the previous one, on terminals only.
  private func showProgress(_ line: String) {
    guard Terminal.error.movesCursor else { return }
    Terminal.error.write("\r\u{1B}[K" + line.truncated(to: Terminal.error.width))
  }
}

/// A list of numbers of threads or sequences: `2`, or several: `1,2`.
struct Counts: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }.filter { (1...1024).contains($0) }
    guard values.count == parts.count else { return nil }
  }
}

extension Numerics: ExpressibleByArgument {}
extension BenchmarkKind: ExpressibleByArgument {}
