import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `A model that runs here, as a policy` {
  private let policy = LocalPolicy(
    TrainingFixtures.model(), backend: CPUBackend(numerics: .exact, threads: 1))

  private static func request(_ index: Int, maxNewTokens: Int) throws -> PolicyRequest {
    var settings = SamplingSettings()
    settings.maxNewTokens = maxNewTokens
    return PolicyRequest(
      .tokens(try LadderVocabulary.encode("1+\(index)=?")), settings: settings,
      stream: RandomStream(seed: 1, purpose: "policy", UInt64(index)))
  }

  @Test func `answers requests of different settings in their order`() throws {
    let requests = try (0..<6).map { try Self.request($0, maxNewTokens: 3 + $0 % 2) }
    let together = try policy.sample(requests)
    #expect(together.count == 6)
    for (request, response) in zip(requests, together) {
      #expect(try policy.sample([request]) == [response])
      guard case .tokens(let response) = response else {
        Issue.record("a local model writes token ids")
        continue
      }
      #expect(response.tokens.count == request.settings.maxNewTokens)
    }
  }

  @Test func `continues a response from inside, after tokens that are given`() throws {
    let request = try Self.request(1, maxNewTokens: 6)
    var settings = SamplingSettings()
    settings.maxNewTokens = 2
    let given: [Int32] = [LadderVocabulary.endThinking]
    let forks = PolicyForks(count: 2, mostTokens: 3) { _, response in
      [0, 4].map { length in
        PolicyFork(
          length: length, given: length == 0 ? [] : given, settings: settings,
          stream: RandomStream(seed: 2, purpose: "fork", UInt64(response.count)))
      }
    }
    let drawn = try #require(try policy.sample([request], thenFork: forks).first)
    #expect(try policy.sample([request]) == [.tokens(drawn.response)])
    #expect(drawn.forks.map(\.tokens.count) == [2, 7])
    #expect(
      Array(drawn.forks[1].tokens.prefix(5)) == Array(drawn.response.tokens.prefix(4)) + given)
    #expect(
      drawn.forks[1].logProbabilities.prefix(4) == drawn.response.logProbabilities.prefix(4))
  }

  @Test func `can do everything but read text`() throws {
    #expect(policy.capabilities == Set(PolicyCapability.allCases))
    var request = try Self.request(1, maxNewTokens: 1)
    request.prompt = .text("1+1=?")
    #expect(throws: PolicyReadsTokens(policy: "model")) { try policy.sample([request]) }
  }
}
