/// A pipeline with this sweep, and with this reward in its stage `rl`.
func sweptFile(_ sweep: String, reward: String? = nil) -> String {
  """
  version: 1
  name: demo
  stages:
    problems: {kind: problems, splits: {train: {count: 10}, test: {count: 5}}}
    base: {kind: sft, inputs: {data: problems}, train: {learning_rate: 1e-3}}
    rl:
      kind: rl
      inputs: {policy: base, problems: problems}
      train: {learning_rate: 1e-3}\(reward.map { "\n    reward: \($0)" } ?? "")
    eval: {kind: eval, inputs: {policy: rl, problems: problems}}
    table: {kind: table, inputs: {results: {rl: eval}}}
  sweep:

  """ + sweep.split(separator: "\n").map { "  \($0)\n" }.joined()
}
