import Fields
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("", "abc", 3), ("abc", "abc", 0), ("lenght", "length", 1), ("kitten", "sitting", 3),
    ("Alpha", "alpha", 0), ("a", "", 1), ("ab", "ba", 1), ("token_mean", "token-mean", 1),
  ])
  func `edit distance counts insertions, deletions, replacements and swaps`(
    first: String, second: String, distance: Int
  ) {
    #expect(EditDistance.between(first, second) == distance)
    #expect(EditDistance.between(second, first) == distance)
  }

  @Test func `a slip finds its name and a stranger finds none`() {
    let names = ["learning_rate", "max_steps", "len", "alpha"]
    #expect(EditDistance.suggestion(for: "learing_rate", among: names) == "learning_rate")
    #expect(EditDistance.suggestion(for: "learn_rate", among: names) == "learning_rate")
    #expect(EditDistance.suggestion(for: "alhpa", among: names) == "alpha")
    #expect(EditDistance.suggestion(for: "lr", among: names) == nil)
    #expect(EditDistance.suggestion(for: "temperature", among: names) == nil)
    #expect(
      EditDistance.suggestion(for: String(repeating: "a", count: 5000), among: names) == nil)
  }

  @Test func `what would have to be changed by half is no slip`() {
    #expect(EditDistance.suggestion(for: "q", among: ["a", "b"]) == nil)
    #expect(EditDistance.suggestion(for: "a", among: ["ab"]) == nil)
    #expect(EditDistance.suggestion(for: "xy", among: ["ay", "x"]) == nil)
    #expect(EditDistance.suggestion(for: "alph", among: ["beta", "path"]) == nil)
    #expect(EditDistance.suggestion(for: "abx", among: ["abc"]) == "abc")
    #expect(EditDistance.suggestion(for: "kidn", among: ["kind"]) == "kind")
    #expect(EditDistance.suggestion(for: "sedes", among: ["seeds"]) == "seeds")
  }

  @Test(arguments: [
    ("lr", ["learning_rate"]), ("epsilon", ["clip_ratio_low"]),
    ("epsilon_high", ["clip_ratio_high"]), ("beta", ["kl_coef"]), ("n", ["num_generations"]),
    ("rollout.n", ["num_generations"]), ("max_completion_length", ["max_new_tokens"]),
    ("eps_clip", ["clip_ratio_low", "clip_ratio_high"]),
    ("loss_type", ["policy_loss", "loss_agg_mode"]),
    ("clip_ratio", ["clip_ratio_low", "clip_ratio_high"]),
    ("gradient_checkpointing", ["recompute"]),
  ])
  func `other tools' names are known`(foreign: String, ours: [String]) {
    #expect(ForeignNames.answer(to: foreign)?.names == ours)
  }

  @Test func `our own names are not foreign`() {
    for name in ["learning_rate", "kl_coef", "num_generations", "max_new_tokens", "clip_ratio_c"] {
      #expect(ForeignNames.answer(to: name) == nil)
    }
  }
}
