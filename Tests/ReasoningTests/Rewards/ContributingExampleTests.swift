package import Fields
import Foundation
package import Reasoning
import Testing

/// Contains the reward that CONTRIBUTING.md adds, so that the code on that page keeps compiling.
struct ContributingExampleTests {
  @Test func `only a response that never ended loses, whatever its answer`() {
    let ended = GradedResponse(
      tokenCount: 20, thinkingTokenCount: 17, isCorrect: false, isFinished: true)
    let cut = GradedResponse(
      tokenCount: 165, thinkingTokenCount: 165, isCorrect: false, isFinished: false)
    let group = ResponseGroup(responses: [ended, cut], maxNewTokens: 165)
    #expect(UnfinishedPenalty().values(for: group) == [0, -0.5])
  }

  @Test func `the page shows this very reward`() throws {
    let root = (0..<4).reduce(URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()) { url, _ in
      url.deletingLastPathComponent()
    }
    let page = try String(
      contentsOf: root.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let opening = "/// Takes a fixed amount"
    let shown = try #require(
      page.components(separatedBy: opening).last?.components(separatedBy: "```").first)
    let compiled = try #require(source.components(separatedBy: "\n" + opening).last)
    #expect(shown == compiled)
  }
}

/// Takes a fixed amount from responses that ran out of tokens before they ended.
package struct UnfinishedPenalty: RewardTerm {
  package var penalty = 0.5

  package init() {}

  package static let name = "unfinished_penalty"
  package static let meaning = "Takes reward from responses that never ended"
  package static var fields: [Field<UnfinishedPenalty>] {
    [.float("penalty", \.penalty, .nonNegative, "What each of them loses", .semantic)]
  }

  package func values(for group: ResponseGroup) -> [Double] {
    group.responses.map { $0.isFinished ? 0 : -penalty }
  }
}
