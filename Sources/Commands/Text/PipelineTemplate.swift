/// The file that `laconic new` writes: the smallest pipeline that shows every part of one.
package enum PipelineTemplate {
  package static func text(name: String) -> String {
    """
    # What this experiment asks, in a sentence or two.
    #
    #   laconic validate \(name).yaml     every mistake at once
    #   laconic plan \(name).yaml         what would run, why, and its cost
    #   laconic run \(name).yaml          run it, or go on; ends in the table
    #
    # `laconic schema` lists every kind of stage; `laconic schema rl` its fields.
    version: 1
    name: \(name)
    description: Accuracy against tokens with and without a length penalty.
    seeds: [0]                        # more seeds, more points: [0, 1, 2]

    stages:
      problems:                       # a stage: any name you like
        kind: problems                # what it does
        families: [chain]
        splits:                       # no prompt is in two of train, dev, test
          train: {count: 1000, difficulty: [1, 2]}
          easy: {count: 60, difficulty: [1, 2], seed: 12345}

      base:
        kind: sft                     # supervised fine-tuning, here of a new model
        inputs: {data: problems}      # role: stage
        split: train
        model:
          hidden_size: 64
          num_hidden_layers: 2
          num_attention_heads: 4
          intermediate_size: 172
          short_conv: 4
        train: {learning_rate: 5e-3, max_steps: 1000, prompts_per_step: 16}

      rl:
        kind: rl                      # reinforcement learning on verified answers
        inputs: {policy: base, problems: problems}
        split: train
        sampling: {num_generations: 8, max_new_tokens: 64}
        reward: {length_penalty: {type: sigmoid, alpha: 0.2}}
        algorithm:
          adv_estimator: rloo
          scale_rewards: none
          clip_ratio_low: 0.2
          clip_ratio_high: 0.2
          loss_agg_mode: token-mean
          kl_coef: 0
          num_mini_batches: 2         # one update alone would clip nothing
        train: {learning_rate: 5e-4, max_steps: 10, prompts_per_step: 16}

      eval:
        kind: eval                    # accuracy and tokens; responses are kept
        inputs: {policy: rl, problems: problems}
        splits: [easy]
        sampling: {temperature: 0.6, num_generations: 2, max_new_tokens: 64}

      table:
        kind: table                   # collects every point of eval
        inputs: {results: {rl: eval}}
        rows: rl.reward.length_penalty.alpha
        columns: [accuracy, mean_tokens]

    sweep:                            # every combination is a point: rl[alpha=0]
      grid: {rl.reward.length_penalty.alpha: [0.0, 0.2]}

    """
  }
}
