import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages

/// All measurements, as a table for people and as JSON for programs.
struct BenchmarkReport {
  let records: [BenchmarkRecord]
  /// The duration of each measurement.
  let seconds: Double

  var table: ReportTable {
    ReportTable(
      title: "Speed of this build on " + Machine.title,
      columns: [
        .init("work", alignment: .leading), .init("shape", alignment: .leading),
        .init("numerics", alignment: .leading), .init("threads"), .init("tok/s"),
        .init("GFLOP/s"), .init("of peak"), .init("memory"),
      ],
      rows: records.map { record in
        [
          .text(record.work), record.shape.map { .text($0) } ?? .missing, .text(record.numerics),
          .number(record.threads), .number(record.tokensPerSecond ?? .nan, digits: 0),
          .number(record.gigaflops ?? .nan, digits: 1),
          share(of: record).map { .text(NumberFormat.percent($0, digits: 0)) } ?? .missing,
          record.peakMemory.map { .text(NumberFormat.bytes($0)) } ?? .missing,
        ]
      },
      notes: notes, labelColumns: 4)
  }

  private var notes: [String] {
    let works = Set(records.map(\.work))
    var notes: [String] = []
    if works.contains("train") || works.contains("rl") || works.contains("sample") {
      notes.append(
        "tok/s: medians of tokens trained on (train) and sampled (sample, rl); random weights, "
          + "no response ends early.")
      notes.append(
        "GFLOP/s: 2 operations a parameter and token forward, 6 with the backward pass.")
    }
    if works.contains("peak"), works.count > 1 {
      notes.append(
        "of peak: of the fastest square product at the same threads and precision (peak).")
    }
    return notes
  }

  /// The record's speed as a share of the fastest product of the same precision.
  private func share(of record: BenchmarkRecord) -> Double? {
    guard let gigaflops = record.gigaflops, record.work != BenchmarkKind.peak.rawValue else {
      return nil
    }
    let peaks = records.filter { peak in
      peak.work == BenchmarkKind.peak.rawValue && peak.threads == record.threads
        && (peak.numerics == record.numerics
          || (isSinglePrecision(peak) && isSinglePrecision(record)))
    }
    return peaks.compactMap(\.gigaflops).max().map { gigaflops / $0 }
  }

  private func isSinglePrecision(_ record: BenchmarkRecord) -> Bool {
    Numerics(rawValue: record.numerics)?.isSinglePrecision ?? false
  }

  var json: JSONText {
    .object([
      ("laconic", .string(Laconic.version)),
      ("machine", Machine.json),
      ("seconds", .double(seconds)),
      ("results", .array(records.map(json))),
    ])
  }

  private func json(_ record: BenchmarkRecord) -> JSONText {
    .object([
      ("work", .string(record.work)),
      ("shape", .optional(record.shape)),
      ("numerics", .string(record.numerics)),
      ("threads", .int(record.threads)),
      ("fingerprint", .optional(record.fingerprint)),
      ("parameters", .optional(record.parameters)),
      ("repetitions", .optional(record.repetitions)),
      ("seconds_median", .optional(record.secondsMedian)),
      ("seconds_fastest", .optional(record.secondsFastest)),
      ("seconds_slowest", .optional(record.secondsSlowest)),
      ("tokens", .optional(record.tokens)),
      ("tokens_per_second", .optional(record.tokensPerSecond)),
      ("gflops", .optional(record.gigaflops)),
      ("peak_share", .optional(share(of: record))),
      ("peak_memory_bytes", .optional(record.peakMemory)),
    ])
  }
}

extension Numerics {
  /// True if products are of 32-bit floats, and therefore compared with the fastest product of
  /// those.
  var isSinglePrecision: Bool { self == .exact || self == .blas }
}

/// Describes the parts of this machine that decide speed.
enum Machine {
  /// A title such as `AMD EPYC 7B13, 2 cores, avx2 kernels`.
  static var title: String {
    [processor ?? "this machine", counted(cores, "core"), "\(Benchmark.kernels) kernels"]
      .joined(separator: ", ")
  }

  static var json: JSONText {
    .object([
      ("processor", .optional(processor)),
      ("cores", .int(cores)),
      ("memory_bytes", .int(Int(ProcessInfo.processInfo.physicalMemory))),
      ("kernels", .string(Benchmark.kernels)),
    ])
  }

  private static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The processor's name; nil if the system does not report it.
  private static var processor: String? {
    let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }
}
