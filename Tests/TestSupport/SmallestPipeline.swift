/// The smallest pipeline of an experiment, from problems to a table and a plot. A run of it takes a
/// second, and the golden outputs are the bytes that come of it.
package let smallestPipeline = """
  version: 1
  name: mini
  stages:
    problems:
      kind: problems
      families: [chain, search]
      splits:
        train: {count: 64, difficulty: [1, 2], seed: 1}
        easy: {count: 6, difficulty: [1, 2], seed: 12345}
    base:
      kind: sft
      inputs: {data: problems}
      split: train
      model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
      intermediate_size: 24, short_conv: 4}
      truncated_fraction: 0.2
      drills: {probability: 0.5, until: 0.5}
      train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4, warmup_steps: 2}
    rl:
      kind: rl
      inputs: {policy: base, problems: problems}
      split: train
      sampling: {num_generations: 4, max_new_tokens: 12}
      reward: {length_penalty: {alpha: 0.1}, overlong_buffer: {len: 4, penalty_factor: 0.5}}
      algorithm:
        adv_estimator: rloo
        scale_rewards: none
        clip_ratio_low: 0.2
        clip_ratio_high: 0.2
        loss_agg_mode: token-mean
        kl_coef: 1e-3
        kl_placement: reward
        kl_estimator: k1
        num_mini_batches: 2
      train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}
    samples:
      kind: sample
      inputs: {policy: rl, problems: problems}
      split: train
      sampling: {num_generations: 2, max_new_tokens: 12}
    eval:
      kind: eval
      inputs: {policy: rl, problems: problems}
      splits: [easy]
      sampling: {num_generations: 2, max_new_tokens: 12, temperature: 0.6}
      generation_cutoff: [4, 8]
    table:
      kind: table
      inputs: {results: {rl: eval}}
      columns: [accuracy, mean_tokens, finished]
    plot:
      kind: plot
      inputs: {results: {rl: eval}}
  """
