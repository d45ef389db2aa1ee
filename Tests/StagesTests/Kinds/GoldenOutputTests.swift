import PipelineCore
import Stages
import Testing

/// Digests of the bytes that each kind makes from the mini pipeline, under `exact` numerics.
///
/// If a digest here changes, results that users have cached no longer match what the code makes:
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
      kind: "import", version: 1, address: "theirs",
      digest: "fd4206f2547ad7ae0ffdb5064004819f0aa38829c4d4a7e70e4f0c8d5c5dc1be"),
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
      kind: "sample", version: 3, address: "samples",
      digest: "7494e7ed3c68bc51d04d647ea6e77380a67e9b8ce2de8c74bfac4912155bf9d4"),
    Golden(
      kind: "dpo", version: 2, address: "preferred",
      digest: "150fc1e730b9efcfdf61c3cea968292dce4e75372ca821a376b5c5e7e6788264"),
    Golden(
      kind: "label", version: 3, address: "labels",
      digest: "ed06384c309007b3c3de44601d4a4353a4e36a20b918e80800387029f512013a"),
    Golden(
      kind: "eval", version: 3, address: "eval",
      digest: "0e780b2e498fb5cbe0fff9ff2a1952adb2420c32d0572860d4d759437ff74fa3"),
    Golden(
      kind: "advantage_variance", version: 2, address: "left",
      digest: "c9adb40cec6bf4f1aa9943ee5e91bc6e2c5144dc55c9dbc7800e38c9bc8c7da6"),
    Golden(
      kind: "table", version: 6, address: "table",
      digest: "27fc02766b29fd40035fa13b9cbf9e96a8b51132b0c5c620cf5827e6cc4c6c93"),
    Golden(
      kind: "claims", version: 4, address: "claims",
      digest: "1697d3ddf000744d0651d32088b92c85e437d85f07b0f0858d7ff675b34b652a"),
    Golden(
      kind: "report", version: 6, address: "page",
      digest: "19a75db3317fd0ce747643c0d6c3ee22c68a1078a3b0d754186e83425f534255"),
    Golden(
      kind: "plot", version: 6, address: "plot",
      digest: "9c3dd97f5f99cc83e89a4915ad2aa912df6578be2beb3d58d67b60b5b54c92ed"),
  ]

  private static let digests = Result {
    // If stages have the same name, the first pipeline's digest counts.
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
