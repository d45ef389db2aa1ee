import PipelineCore
import Stages
import Testing

/// The bytes each kind makes from the mini pipeline, under `exact` numerics.
///
/// When a digest here changes, results that people have cached no longer match what the code makes:
/// raise the `version` of the kind that changed, then update the digest. Kinds downstream of it
/// change with it and keep their versions.
@Suite struct `Golden outputs` {
  struct Golden: Sendable, CustomTestStringConvertible {
    var kind: String
    var version: Int
    var address: String
    var digest: String
    var testDescription: String { kind }
  }

  static let all: [Golden] = [
    Golden(
      kind: "problems", version: 1, address: "problems",
      digest: "0660fcbd6179c1f9c8060d52f26b7dc09f7649dbe573c468a4a225ac3f15875c"),
    Golden(
      kind: "data", version: 2, address: "data",
      digest: "e73377d979f5844a666fc48b14e3f23fc268482092cfa360065f5462f25c65d1"),
    Golden(
      kind: "command", version: 2, address: "made",
      digest: "a21aa0966f7ef61c7af0b8f8d4dfa0a9b475919b40da2c178ed1a84d52ed7a03"),
    Golden(
      kind: "sft", version: 2, address: "base",
      digest: "b6c133c68f84664daa6ebfdb8d54af7b0e5efeba9f333daaf6d70623a76d8b3e"),
    Golden(
      kind: "rl", version: 3, address: "rl",
      digest: "56917741f022005e948753023b4e842b07f0ab29af49c6ed6c49ddc29f40ba31"),
    Golden(
      kind: "sample", version: 2, address: "samples",
      digest: "d8e35732ced94eed8e1445ad2cc3fae818e2ceb80242fa7fffd1e7a397ca1fd2"),
    Golden(
      kind: "dpo", version: 2, address: "preferred",
      digest: "a2ae4ff9d89d188f2b65f1bc766542a7f2d6ed37525511c28c76a82c6d26f6fc"),
    Golden(
      kind: "label", version: 2, address: "labels",
      digest: "2b7ea4656b4a44a4dc5dadd0d878c12997344d0603348bcf9ef776ac84c8c2e7"),
    Golden(
      kind: "eval", version: 2, address: "eval",
      digest: "9bec29e61e1bed3d85d9be370f1d60e0ce939e5efd62fc386d729ead54be4a35"),
    Golden(
      kind: "advantages", version: 2, address: "left",
      digest: "54f65c2914e0b43b7ae4e569d45d84b6961df6c7f0d3528092496f07ec71af26"),
    Golden(
      kind: "table", version: 4, address: "table",
      digest: "3f59a5ad3d7283d8c6f7cf36b93b258d7faf5da85b712e02d14822f3790f2e07"),
    Golden(
      kind: "claims", version: 1, address: "claims",
      digest: "ca06054cf8f4f7169701966eefbe0845d63beb5aca96410b445e969c3c24c0a7"),
    Golden(
      kind: "report", version: 5, address: "page",
      digest: "60a0c64a3de0757334d7948979b9aaa0277f1c9d3d2b11778c1a24754477dca9"),
    Golden(
      kind: "plot", version: 3, address: "plot",
      digest: "cf2327ba3001b37249fe23e99b197d80412df2102fcd52dd2c9d93eef093f979"),
  ]

  private static let digests = Result {
    // Stages of one name are those of the first.
    try MiniPipeline.digests(MiniPipeline.reportingYAML)
      .merging(OwnPipeline.digests()) { first, _ in first }
      .merging(BudgetPipeline.digests(["labels", "preferred", "cut", "left"])) { first, _ in first }
  }

  @Test(arguments: all) func `change only with a version`(golden: Golden) throws {
    let digests = try Self.digests.get()
    #expect(digests[golden.address] == golden.digest)
    #expect(StageKinds.builtIn[golden.kind]?.version == golden.version)
  }

  @Test func `cover every kind`() {
    #expect(Self.all.map(\.kind).sorted() == StageKinds.builtIn.all.map(\.name).sorted())
  }
}
