import Foundation
import Testing

/// Tests `config` and `schema --preset` as a user calls them.
@Suite(.timeLimit(.minutes(120)))
struct `The config command` {
  @Test func `prints a pipeline that is the same, and where its values are from`() throws {
    try withProject { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      let text = "extends: small.yaml\nname: other\nstages: {rl: {train: {max_steps: 3}}}\n"
      try Data(text.utf8).write(to: pipelines.appendingPathComponent("other.yaml"))
      let config = ["config", "pipelines/other.yaml", "--set", "seeds=[4]"]

      let plain = try LaconicProcess.run(config, in: folder)
      #expect(plain.status == 0, "\(plain.errors)")
      let flag = try LaconicProcess.run(config + ["--resolved"], in: folder)
      #expect(flag.status == 64)
      #expect(flag.errors.contains("Unknown option '--resolved'"))
      try Data(plain.output.utf8).write(to: pipelines.appendingPathComponent("again.yaml"))
      let again = try LaconicProcess.run(["config", "pipelines/again.yaml"], in: folder)
      #expect(again.output == plain.output)

      let origins = try LaconicProcess.run(config + ["--origins"], in: folder).output
      #expect(origins.contains("# pipelines/small.yaml:"))
      #expect(origins.contains("# pipelines/other.yaml:3\n"))
      #expect(origins.contains("# --set#1\n"))
      #expect(origins.contains("# default\n"))

      let json = try LaconicProcess.run(config + ["--json"], in: folder).output
      let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      #expect(value?["seeds"] as? [Int] == [4])

      let bad = try LaconicProcess.run(["config", "pipelines/none.yaml"], in: folder)
      #expect(bad.status == 2)
    }
  }

  @Test func `a preset prints its fields and its paper`() throws {
    try withProject { folder in
      let preset = try LaconicProcess.run(["schema", "--preset", "dr_grpo"], in: folder)
      #expect(preset.status == 0)
      #expect(preset.output.contains("# Liu et al. 2025"))
      #expect(preset.output.contains("scale_rewards: none"))
      let unknown = try LaconicProcess.run(["schema", "--preset", "drgrpo"], in: folder)
      #expect(unknown.status == 64)
      #expect(unknown.errors.contains("unknown preset 'drgrpo'; did you mean 'dr_grpo'?"))
    }
  }
}
