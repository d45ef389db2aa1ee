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
      digest: "3d9ac1c88d72487c51cdfee26271493d1f21afaab168b37c4e5226c981b1333d"),
    Golden(
      kind: "sft", version: 1, address: "base",
      digest: "bb2817a49003d2dad421c10d83b6b040a072a5a01e0e1ba7be9710a1436df064"),
    Golden(
      kind: "rl", version: 1, address: "rl",
      digest: "3f69395e2bdb83e02577f9657c5910c46d6de3f29b5e90f0bf9f9f62e3dbacae"),
    Golden(
      kind: "sample", version: 1, address: "samples",
      digest: "c85f451720b6ec4f1194e0c41685b5b939fae2dd81146db852a4cfa17a0817f5"),
    Golden(
      kind: "eval", version: 1, address: "eval",
      digest: "aaadb4d88e0f5b0dd0d56631ce4b566d5f0e2aff034c7c90bf7890e6b3a38de0"),
    Golden(
      kind: "table", version: 1, address: "table",
      digest: "31cbcc06d658c49362e484d40215dc51e919ec5e19ed9efdb5bed9e86790ed58"),
    Golden(
      kind: "plot", version: 1, address: "plot",
      digest: "2dd48497db908870cbe4bcd3563b46b409fa747e7ce0266c2236bc43a9932101"),
  ]

  private static let digests = Result { try MiniPipeline.digests() }

  @Test(arguments: all) func `change only with a version`(golden: Golden) throws {
    let digests = try Self.digests.get()
    #expect(digests[golden.address] == golden.digest)
    #expect(StageKinds.builtIn[golden.kind]?.version == golden.version)
  }

  @Test func `cover every kind`() {
    #expect(Self.all.map(\.kind).sorted() == StageKinds.builtIn.all.map(\.name).sorted())
  }
}
