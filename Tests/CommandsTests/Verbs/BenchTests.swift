import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Measuring speed` {
  private struct Report: Decodable {
    struct Row: Decodable {
      var work: String
      var shape: String?
      var numerics: String
      var threads: Int
      var tokens: Double?
      var tokensPerSecond: Double?
      var gflops: Double?
      var peakShare: Double?
      var peakMemoryBytes: Int?
    }
    struct Machine: Decodable {
      var cores: Int
      var kernels: String
    }
    var machine: Machine
    var results: [Row]

    init(_ json: Data) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Report.self, from: json)
    }
  }

  private let pipeline = ["bench", "--pipeline", "pipelines/small.yaml", "--seconds", "0.02"]

  @Test func `a pipeline's stages are measured with their own models, batches and lengths`() throws
  {
    try withProject { folder in
      let outcome = try LaconicProcess.run(
        pipeline + ["--threads", "1,2", "--output", "speed.json"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })

      let file = try Data(contentsOf: folder.appendingPathComponent("speed.json"))
      let report = try Report(file)
      for threads in 1...2 {
        let rows = report.results.filter { $0.threads == threads }
        // The pipeline is exact; OpenBLAS's product may still be the machine's fastest.
        #expect(rows.filter { $0.work == "peak" }.map(\.numerics) == ["exact", "blas"])
        let works = rows.filter { $0.work != "peak" }
        #expect(works.allSatisfy { $0.numerics == "exact" })
        #expect(
          works.map { "\($0.work) \($0.shape ?? "")" } == [
            "train base", "sample rl", "rl rl", "sample eval",
          ])
        // `rl` has 8 prompts and `eval` has 32, each with 4 responses of 48 tokens.
        #expect(works.map(\.tokens).dropFirst() == [1536, 1536, 6144])
        #expect(works.allSatisfy { ($0.tokensPerSecond ?? 0) > 0 && ($0.gflops ?? 0) > 0 })
        #expect(works.allSatisfy { ($0.peakShare ?? 0) > 0 })
        #if os(Linux)
          #expect(rows.allSatisfy { ($0.peakMemoryBytes ?? 0) > 1 << 20 })
        #endif
      }
      #expect(report.machine.cores >= 1)
      #expect(["portable", "avx2", "avx512", "avx512BF16", "amx"].contains(report.machine.kernels))
      // Measuring leaves nothing behind in the store.
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))
    }
  }

  @Test func `one stage alone, changed from the command line, is measured here`() throws {
    try withProject { folder in
      let outcome = try LaconicProcess.run(
        pipeline + [
          "--stage", "rl", "--only", "rl", "--set", "rl.sampling.max_new_tokens=20", "--json",
        ], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try Report(Data(outcome.output.utf8))
      #expect(report.results.map(\.work) == ["rl"])
      #expect(report.results.map(\.tokens) == [8 * 4 * 20])
      // Without a measured product, there is nothing to compare it with.
      #expect(report.results.map(\.peakShare) == [nil])
    }
  }

  @Test func `a model in files is measured at several numbers of sequences`() throws {
    try withProject { folder in
      try TinyChatModel().write(to: folder.appendingPathComponent("model"))
      let outcome = try LaconicProcess.run(
        [
          "bench", "--model", "model", "--sequences", "1,3", "--numerics", "exact", "--seconds",
          "0.02", "--json",
        ], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let works = try Report(Data(outcome.output.utf8)).results.filter { $0.work != "peak" }
      #expect(
        works.map { "\($0.work) \($0.shape ?? "")" } == [
          "train model", "read model", "sample model 1", "sample model 3",
        ])
      #expect(works.map(\.tokens) == [8 * 256, 512, 128, 3 * 128])
      #expect(works.allSatisfy { ($0.tokensPerSecond ?? 0) > 0 })
    }
  }

  @Test func `mistakes are sentences`() throws {
    try withProject { folder in
      let unknown = try LaconicProcess.run(pipeline + ["--stage", "rll"], in: folder)
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("unknown stage 'rll' in the pipeline"))
      let idle = try LaconicProcess.run(pipeline + ["--stage", "table"], in: folder)
      #expect(idle.status == 2)
      #expect(idle.errors.contains("stage 'table' cannot be measured"))
      let absent = try LaconicProcess.run(["bench", "--model", "no-model"], in: folder)
      #expect(absent.status == 2)
      #expect(absent.errors.contains("no-model"))
      let unwritable = try LaconicProcess.run(
        ["bench", "--only", "peak", "--seconds", "0.02", "--output", "no/such/folder"], in: folder)
      #expect(unwritable.status == 1)
      #expect(unwritable.errors.contains("cannot write 'no/such/folder'"))
    }
  }
}
