import Foundation
import PipelineCore
import Reasoning
import Stages

/// One figure to measure.
struct BenchmarkMeasurement {
  /// Nil measures the fastest matrix product.
  var workload: Workload?
  /// The options of `laconic bench` that select the workload alone, besides its kind.
  var selection: [String] = []
  var numerics: Numerics
  var threads: Int

  var kind: BenchmarkKind { workload?.kind ?? .peak }

  var title: String {
    ([kind.rawValue] + [workload?.name].compactMap { $0 }).joined(separator: " ")
      + ", \(numerics.rawValue), \(counted(threads, "thread"))"
  }

  /// Makes the measurement in this process.
  func measure(seconds: Double) throws -> BenchmarkRecord {
    let benchmark = Benchmark(
      numerics: numerics.matrixNumerics, threads: threads, duration: .seconds(seconds))
    var record = BenchmarkRecord(
      work: kind.rawValue, shape: workload?.name, numerics: numerics.rawValue, threads: threads)
    if let workload {
      let throughput = try benchmark.measure(workload)
      record.parameters = throughput.parameters
      record.repetitions = throughput.repetitions.count
      record.secondsMedian = throughput.seconds
      record.secondsFastest = throughput.fastest
      record.secondsSlowest = throughput.slowest
      record.tokens = throughput.tokens
      record.tokensPerSecond = throughput.tokensPerSecond
      record.gigaflops = throughput.gigaflops
    } else {
      record.gigaflops = try benchmark.matrixPeak()
    }
    record.fingerprint = benchmark.fingerprint
    record.peakMemory = ProcessMemory.peak
    return record
  }
}

/// One measured figure; the names of its members are those in the JSON.
struct BenchmarkRecord: Codable {
  var work: String
  var shape: String?
  var numerics: String
  var threads: Int
  /// The fingerprint that represents the numerics in cache keys, for this number of threads.
  var fingerprint: String?
  var parameters: Int?
  var repetitions: Int?
  /// Seconds per repetition: a training step, a call of the decoder, or a reinforcement learning
  /// step.
  var secondsMedian: Double?
  var secondsFastest: Double?
  var secondsSlowest: Double?
  /// The median number of tokens per repetition, trained on or sampled.
  var tokens: Double?
  var tokensPerSecond: Double?
  var gigaflops: Double?
  /// The peak resident memory in bytes.
  var peakMemory: Int?

  init(work: String, shape: String?, numerics: String, threads: Int) {
    self.work = work
    self.shape = shape
    self.numerics = numerics
    self.threads = threads
  }

  enum CodingKeys: String, CodingKey {
    case work, shape, numerics, threads, fingerprint, parameters, repetitions
    case secondsMedian = "seconds_median"
    case secondsFastest = "seconds_fastest"
    case secondsSlowest = "seconds_slowest"
    case tokens
    case tokensPerSecond = "tokens_per_second"
    case gigaflops = "gflops"
    case peakMemory = "peak_memory_bytes"
  }
}

/// Runs a measurement in another process of this program.
enum BenchmarkProcess {
  private struct Failure: Error, CustomStringConvertible { let description: String }

  /// - Parameter arguments: a command line that makes one measurement and prints JSON.
  /// - Throws: when the process cannot be started or fails; it has then printed the reason itself.
  static func run(_ arguments: [String]) throws -> BenchmarkRecord {
    guard let program = Bundle.main.executableURL else {
      throw Failure(description: "cannot find this program's own file")
    }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw Failure(description: "its process ended with status \(process.terminationStatus)")
    }
    struct Report: Decodable { var results: [BenchmarkRecord] }
    let records = try JSONDecoder().decode(Report.self, from: data).results
    guard let record = records.first, records.count == 1 else {
      throw Failure(description: "its process made \(counted(records.count, "measurement"))")
    }
    return record
  }
}

/// The system's figures for this process's memory.
enum ProcessMemory {
  /// The largest resident size so far, in bytes; nil if the system does not report it.
  ///
  /// `getrusage` would report too much under Linux, where a process starts with the figure of its
  /// parent.
  static var peak: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      .flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
  }
}
