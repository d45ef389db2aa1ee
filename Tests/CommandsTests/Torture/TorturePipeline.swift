/// A pipeline with every stage kind at its smallest size. Most of its time is spent starting,
/// saving and committing, which are the moments to test kills at.
let torturePipeline = """
  version: 1
  name: torture
  stages:
    problems:
      kind: problems
      families: [chain, search]
      splits:
        train: {count: 64, difficulty: [1, 2], seed: 1}
        easy: {count: 12, difficulty: [1, 2], seed: 12345}
    base:
      kind: sft
      inputs: {data: problems}
      split: train
      model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24, short_conv: 4}
      train: {learning_rate: 1e-2, max_steps: 8, prompts_per_step: 4, warmup_steps: 2}
    rl:
      kind: rl
      inputs: {policy: base, problems: problems}
      split: train
      sampling: {num_generations: 4, max_new_tokens: 12}
      reward: {length_penalty: {alpha: 0.1}}
      algorithm: {adv_estimator: rloo, scale_rewards: none, clip_ratio_low: 0.2, clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 1e-3, num_mini_batches: 2}
      train: {learning_rate: 1e-3, max_steps: 6, prompts_per_step: 4}
    own:
      kind: data
      inputs: {files: {train: {file: own.jsonl}}}
    sorted:
      kind: command
      inputs: {own: own, script: {file: sort.sh}}
      command: [sh, "{inputs.script}", "{inputs.own}/splits/train.jsonl", "{output}/splits"]
      outputs: [splits/train.jsonl]
      type: problems
    samples:
      kind: sample
      inputs: {policy: rl, problems: sorted}
      split: train
      sampling: {num_generations: 2, max_new_tokens: 12}
    eval:
      kind: eval
      inputs: {policy: rl, problems: problems}
      splits: [easy]
      sampling: {num_generations: 2, max_new_tokens: 12, temperature: 0.6}
    table:
      kind: table
      inputs: {results: {rl: eval}}
      columns: [accuracy, mean_tokens, finished]
    plot:
      kind: plot
      inputs: {results: {rl: eval}}
  """

/// The outside files that the pipeline uses, by name.
let tortureFiles = [
  "own.jsonl": (1...6).map { "{\"prompt\":\"\($0)+\(7 - $0)=?\",\"answer\":7}\n" }.joined(),
  // The script is slow enough to be killed while it runs, and has a child process.
  "sort.sh": """
  mkdir -p "$2"
  for part in 1 2 3 4; do echo "part $part"; sleep 0.02; done
  sort -r "$1" >"$2/train.jsonl"
  """,
]
