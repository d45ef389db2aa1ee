import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import TensorCore
import Testing

/// The sampling fields of a file, and the behaviour of the sampler.
@Suite(.timeLimit(.minutes(120)))
struct `The group sampling` {
  @Test func `becomes the sampler's settings`() {
    let written = SamplingConfiguration(
      decoding: .map([
        "num_generations": .int(2), "max_new_tokens": .int(20), "temperature": .float(0.7),
        "top_p": .float(0.9), "top_k": .int(5), "min_p": .float(0.1),
        "repetition_penalty": .float(1.2), "banned_tokens": .string("<b>*"),
        "prefix": .string("5</t>"),
        "stop_token_scale": .map([
          "token": .string("<eos>"), "operation": .string("multiply"),
          "positions": .list([.int(0), .int(10)]), "values": .list([.float(1), .float(2)]),
        ]),
        "kv_cache": .string("bf16"),
      ]))
    #expect(written.allIssues().isEmpty)
    var settings = SamplingSettings()
    settings.maxNewTokens = 20
    settings.temperature = 0.7
    settings.topP = 0.9
    settings.topK = 5
    settings.minP = 0.1
    settings.repetitionPenalty = 1.2
    settings.bannedTokens = [id("<b>"), id("*")]
    settings.forcedTokens = [0: id("5"), 1: id("</t>")]
    settings.stopTokenScale = StopTokenScale(
      token: id("<eos>"), operation: .multiply,
      knots: [.init(position: 0, value: 1), .init(position: 10, value: 2)])
    #expect(written.settings == settings)
    #expect(written.kvCache.precision == .bfloat16)
  }

  private func id(_ token: String) -> Int32 { LadderVocabulary.tokenizer.id(of: token) ?? -1 }

  /// Every field of the group, with a value that is not its default.
  static let changes = [
    "num_generations=3", "max_new_tokens=13", "temperature=0.5", "top_p=0.9", "top_k=5",
    "min_p=0.1", "repetition_penalty=1.5", "banned_tokens=7", "prefix=C",
    "stop_token_scale={positions: [0], values: [2]}", "kv_cache=bf16",
  ]

  @Test func `is in the key, every field of it`() throws {
    #expect(
      Self.changes.map { String($0.prefix { $0 != "=" }) }
        == SamplingConfiguration.descriptor.fields.map(\.name))
    func key(_ overrides: [String]) throws -> FieldValue {
      let graph = try MiniPipeline.graph(overrides: ["numerics=bf16"] + overrides)
      let point = try #require(graph.points.first { $0.address == "eval" })
      return point.kind.fields.keyed(point.config, numerics: point.numerics)
    }
    let plain = try key([])
    for change in Self.changes {
      let override = change.replacingOccurrences(of: "=7", with: "='7'")
      #expect(try key(["eval.sampling.\(override)"]) != plain, "\(change)")
    }
  }

  @Test func `begins every response with the prefix`() throws {
    let responses = try responses(["eval.sampling.prefix=5</t>"])
    #expect(responses.count == 12)
    #expect(responses.allSatisfy { $0.starts(with: [id("5"), id("</t>")]) && $0.count > 2 })
  }

  @Test func `keeps banned tokens out`() throws {
    let plain = try responses([])
    let often = try #require(mostFrequent(plain))
    let token = LadderVocabulary.tokens[Int(often)]
    let banned = try responses(["eval.sampling.banned_tokens='\(token)'"])
    #expect(plain.joined().contains(often))
    #expect(!banned.joined().contains(often))
  }

  @Test func `ends responses as its scale says`() throws {
    let ended = try responses([
      "eval.sampling.stop_token_scale={token: <eos>, positions: [3, 4], values: [-1e6, 1e6]}"
    ])
    #expect(ended.allSatisfy { $0.count == 5 && $0.last == id("<eos>") })
  }

  @Test func `weakens repetition`() throws {
    func repeats(_ responses: [[Int32]]) -> Int {
      responses.reduce(0) { $0 + $1.count - Set($1).count }
    }
    let plain = try responses([])
    let penalized = try responses(["eval.sampling.repetition_penalty=100"])
    #expect(repeats(penalized) < repeats(plain))
  }

  @Test func `keeps a bf16 cache where numerics allow`() throws {
    let whole = try responses(["numerics=bf16"])
    let rounded = try responses(["numerics=bf16", "eval.sampling.kv_cache=bf16"])
    #expect(whole.count == rounded.count)
  }

  private func mostFrequent(_ responses: [[Int32]]) -> Int32? {
    var counts: [Int32: Int] = [:]
    for token in responses.joined() where token != id("<eos>") { counts[token, default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// The tokens that `eval` stored.
  private func responses(_ overrides: [String]) throws -> [[Int32]] {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(
        store, overrides: ["eval.inputs.policy=base"] + overrides)
      let artifact = try #require(summary.digests["eval"])
      return try JSONLines.decode(
        ResponseRecord.self, from: store.artifact(artifact).read(ResponsesArtifact.path)
      ).map(\.tokens)
    }
  }
}
