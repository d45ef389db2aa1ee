import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of `preset`, `override` and `defaults`: fields that a stage does not write itself.
@Suite struct PresetTests {
  private func file(_ rl: String, top: String = "", tail: String = "") -> String {
    """
    version: 1
    name: demo
    \(top)stages:
      problems: {kind: problems, splits: {train: {count: 10}}}
      base: {kind: sft, inputs: {data: problems}, train: {learning_rate: 1e-3}}
      rl:
        kind: rl
        inputs: {policy: base, problems: problems}
        train: {learning_rate: 1e-3}
    \(rl.split(separator: "\n").map { "    \($0)\n" }.joined())\(tail)
    """
  }

  @Test func `a preset and its fields written out share their keys`() throws {
    let named = try keys(file("preset: clip_high\nsampling: {top_p: 0.9}"))
    #expect(
      try named
        == keys(file("kl_coef: 0\nclip_ratio_high: 0.28\nsampling: {top_k: 5, top_p: 0.9}")))
    #expect(
      try named == keys(file("preset: clip_high\nkl_coef: 0.0\nsampling: {top_k: 5, top_p: 0.9}")))
    #expect(try named != keys(file("sampling: {top_p: 0.9}")))
    #expect(
      try keys(file("preset: linear\nreward: {length_penalty: {alpha: 0.1}}"))
        == keys(file("reward: {length_penalty: {alpha: 0.1, type: linear}}")))
  }

  @Test func `saying other than the preset shows both places`() {
    expectDiagnostics(
      file(
        "preset: clip_high\nkl_coef: ①0.1\nclip_ratio_high: 0.28\nsampling: {top_k: ②null}",
        tail: "sweep:\n  grid: {rl.clip_ratio_high: [0.28, ③0.2]}\n"),
      overrides: ["rl.clip_ratio_high=0.3"],
      [
        "① 'rl.kl_coef' is '0.1', but preset 'clip_high' sets '0' "
          + "(leave it out, or write 'override: true' in 'rl' to differ on purpose)",
        "preset clip_high:1:10 note: set here",
        "② 'rl.sampling.top_k' is 'null', but preset 'clip_high' sets '5' "
          + "(leave it out, or write 'override: true' in 'rl' to differ on purpose)",
        "preset clip_high:4:10 note: set here",
        "③ 'rl.clip_ratio_high' is '0.2', but preset 'clip_high' sets '0.28' "
          + "(leave it out, or write 'override: true' in 'rl' to differ on purpose)",
        "preset clip_high:2:18 note: set here",
        "--set#1:1:4 warning: 'rl.clip_ratio_high' is swept, so setting it here changes nothing "
          + "(sweep another list: --set 'sweep.grid.rl.clip_ratio_high=[…]')",
        "test.yaml:15:10 note: swept here",
        "--set#1:1:20 'rl.clip_ratio_high' is '0.3', but preset 'clip_high' sets '0.28' "
          + "(leave it out, or write 'override: true' in 'rl' to differ on purpose)",
        "preset clip_high:2:18 note: set here",
      ])
  }

  @Test func `override means to differ, and what it says wins`() throws {
    let text = file("preset: clip_high\noverride: true\nkl_coef: 0.1\nsampling: {top_k: null}")
    #expect(
      try keys(text) == keys(file("kl_coef: 0.1\nclip_ratio_high: 0.28")))
    #expect(
      try keys(file("preset: clip_high"), ["rl.override=true", "rl.kl_coef=0.1"])
        == keys(file("kl_coef: 0.1\nclip_ratio_high: 0.28\nsampling: {top_k: 5}")))
    let swept = try keys(
      file(
        "preset: clip_high\noverride: true", tail: "sweep:\n  grid: {rl.kl_coef: [0, 0.1]}\n"))
    #expect(Set(swept).count == 4)
  }

  @Test func `presets and override are checked`() {
    expectDiagnostics(
      file("preset: ①cliphigh\nkl_coef: ②fast"),
      [
        "① unknown preset 'cliphigh'; expected one of clip_high, linear "
          + "(did you mean 'clip_high'?)",
        "② expected a number for 'kl_coef', found 'fast'",
      ])
    expectDiagnostics(
      file("preset: ①[clip_high]"),
      ["① expected a preset, found a list ('preset' is one of clip_high, linear)"])
    expectDiagnostics(
      file("①override: true"),
      ["① 'override' has no effect without 'preset'"])
    expectDiagnostics(
      file("preset: linear\noverride: ①yes\nreward: {length_penalty: {alpha: 1}}"),
      ["① expected true or false for 'override', found 'yes' (write true)"])
    expectDiagnostics(
      file("preset: clip_high\nkl_coef: ①fast"),
      ["① expected a number for 'kl_coef', found 'fast'"])
    expectDiagnostics(
      file("").replacing("{kind: sft,", with: "{kind: sft, ①preset: clip_high,"),
      ["① unknown field 'preset' in 'base'"])
    // Fields that the preset leaves out are still required.
    expectDiagnostics(
      file("①preset: linear").replacing("①", with: ""),
      [
        "test.yaml:6:3 missing field 'alpha' in 'rl.reward.length_penalty' "
          + "('alpha' is a number, at least 0, at most 1: Strength of the penalty)"
      ])
  }

  @Test func `a preset and the sweep cannot be swept or set by default`() {
    expectDiagnostics(
      file(
        "preset: clip_high", top: "defaults: {rl: {①preset: linear}}\n",
        tail: "sweep:\n  grid: {rl.②preset: [clip_high, linear]}\n"),
      [
        "① unknown field 'preset' in 'defaults.rl'",
        "② 'preset' cannot be swept",
      ])
  }

  @Test func `defaults fill in what stages of the kind do not write`() throws {
    let text = file(
      "clip_ratio_low: 0.1",
      top:
        "defaults:\n  rl: {clip_ratio_low: 0.3, kl_coef: 0.5, sampling: {top_k: 7, top_p: 0.5}}\n")
    #expect(
      try keys(text)
        == keys(file("clip_ratio_low: 0.1\nkl_coef: 0.5\nsampling: {top_k: 7, top_p: 0.5}")))
    // The preset comes before `defaults`, and it sets the field.
    #expect(
      try keys(text.replacing("clip_ratio_low: 0.1", with: "preset: clip_high"))
        == keys(
          file(
            "clip_ratio_low: 0.3\nkl_coef: 0\nclip_ratio_high: 0.28\n"
              + "sampling: {top_k: 5, top_p: 0.5}")))
    // null selects the field's own default.
    #expect(
      try keys(text, ["rl.sampling.top_k=null", "defaults.rl.kl_coef=null", "rl.sampling.top_p=1"])
        == keys(file("clip_ratio_low: 0.1"), ["rl.sampling.top_p=1"]))
  }

  @Test func `defaults are checked once, where they stand`() {
    expectDiagnostics(
      file(
        "",
        top: "defaults:\n"
          + "  rl: {①klcoef: 1, sampling: {top_p: ②2, num_generations: 4}, ③lr: 1, ④inputs: {}}\n"
          + "  ⑤evl: {}\n  sft: ⑥3\n  ⑦table: {columns: [accuracy]}\n",
        tail: "  rl2: {kind: rl, inputs: {policy: base, problems: problems}, "
          + "train: {learning_rate: 1}}\n"),
      [
        "① unknown field 'klcoef' in 'defaults.rl' (did you mean 'kl_coef'?)",
        "② expected a number above 0 and at most 1 for 'top_p', found '2'",
        "③ unknown field 'lr' in 'defaults.rl' (use 'learning_rate' in 'train')",
        "④ unknown field 'inputs' in 'defaults.rl'",
        "⑤ unknown kind 'evl'; expected one of problems, sft, rl, eval, table "
          + "(did you mean 'eval'?)",
        "⑥ expected a map of fields for 'sft', found '3'",
        "⑦ warning: no stage is of kind 'table', so these defaults change nothing",
      ])
    expectDiagnostics(
      file("", top: "defaults: ①[rl]\n"),
      ["① expected a map from stage kinds to fields for 'defaults', found a list"])
  }
}
