package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages

/// Throughputs of this build on this machine.
package struct Bench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure training and sampling speed of this build on this machine.",
    usage: "laconic bench [--shape <shape> ...] [--numerics <numerics>] [<options>]",
    discussion: """
      Wall time: other work beside it lowers the figures. Compare ratios of one sitting only.

      Examples:
        laconic bench
        laconic bench --shape tiny --numerics blas --threads 1 --json
      """)

  @Option(help: "A shape; repeat for several, all when left out.")
  var shape: [String] = []

  @Option(help: "exact or blas; both when left out.")
  var numerics: [Numerics] = []

  @Option(help: "Threads; the processor's when left out.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Seconds a measurement.")
  var seconds = 3.0

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package func validate() throws {
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
    if !(seconds > 0 && seconds < 1e6) { throw ValidationError("--seconds must be above 0") }
    let known = BenchmarkShape.all.map(\.name)
    for name in shape where !known.contains(name) {
      throw ValidationError(
        "there is no shape '\(name)'; there are " + known.joined(separator: ", "))
    }
  }

  private struct Row {
    var numerics: Numerics
    var shape: String
    var training: Benchmark.Result
    var sampling: Benchmark.Result
  }

  package func run() throws {
    let shapes = BenchmarkShape.all.filter { shape.isEmpty || shape.contains($0.name) }
    var rows: [Row] = []
    var peaks: [(Numerics, Double)] = []
    for numerics in numerics.isEmpty ? Numerics.allCases : numerics {
      let benchmark = Benchmark(
        numerics: numerics.matrixNumerics, threads: threads, duration: .seconds(seconds))
      peaks.append((numerics, try benchmark.matrixPeak()))
      for shape in shapes {
        rows.append(
          Row(
            numerics: numerics, shape: shape.name, training: try benchmark.training(shape),
            sampling: try benchmark.sampling(shape)))
      }
    }
    Terminal.output.print(json ? text(rows, peaks).indented : table(rows, peaks))
  }

  private func table(_ rows: [Row], _ peaks: [(Numerics, Double)]) -> String {
    ReportTable(
      title: "Throughput, \(counted(threads, "thread"))",
      columns: [
        .init("numerics", alignment: .leading), .init("shape", alignment: .leading),
        .init("tok/s", group: "training"), .init("GFLOP/s", group: "training"),
        .init("tok/s", group: "sampling"),
      ],
      rows: rows.map { row in
        [
          .text(row.numerics.rawValue), .text(row.shape),
          .number(row.training.tokensPerSecond, digits: 0),
          .number(row.training.gigaflops ?? .nan, digits: 1),
          .number(row.sampling.tokensPerSecond, digits: 0),
        ]
      },
      notes: [
        "Best matrix product: "
          + peaks.map { "\($0.0.rawValue) \(NumberFormat.fixed($0.1, digits: 0)) GFLOP/s" }
          .joined(separator: ", ") + "."
      ] + [peakMemory.map { "Peak memory: \(NumberFormat.bytes($0))." }].compactMap { $0 },
      labelColumns: 2
    ).terminal(width: Terminal.output.width)
  }

  private func text(_ rows: [Row], _ peaks: [(Numerics, Double)]) -> JSONText {
    .object([
      ("threads", .int(threads)), ("seconds", .double(seconds)),
      ("peak_memory_bytes", peakMemory.map { .int($0) } ?? .null),
      ("matrix_peak_gflops", .object(peaks.map { ($0.0.rawValue, .double($0.1)) })),
      (
        "results",
        .array(
          rows.map { row in
            .object([
              ("numerics", .string(row.numerics.rawValue)), ("shape", .string(row.shape)),
              ("training_tokens_per_second", .double(row.training.tokensPerSecond)),
              ("training_gflops", row.training.gigaflops.map { .double($0) } ?? .null),
              ("training_steps", .int(row.training.repetitions)),
              ("sampling_tokens_per_second", .double(row.sampling.tokensPerSecond)),
            ])
          })
      ),
    ])
  }

  /// The most memory the process has held, in bytes; nil where the system does not say.
  private var peakMemory: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      .flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
  }
}

extension Numerics: ExpressibleByArgument {}
