"""Whole GRPO steps of TRL: rollout with `generate`, reward, one update. No response ends early."""

import tempfile
import time
import warnings

from common import SHAPES, arguments, llama, report
from shapes import PROMPT_LENGTH


def main() -> None:
    # With -64, micro-batches of 64 sequences as ours are; without, the rollout in two halves.
    options = arguments(__doc__, ["fp32", "fp32-64", "bf16", "bf16-64"])
    warnings.filterwarnings("ignore")
    import torch
    import trl
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, TrainerCallback

    torch.set_num_threads(options.threads)
    shape = SHAPES[options.shape]
    prompts, generations, new_tokens = shape.rl
    rollout = prompts * generations
    micro_batch = min(64, rollout) if options.mode.endswith("-64") else rollout // 2
    words = ["<pad>", "<eos>"] + [f"w{index}" for index in range(shape.vocabulary - 2)]
    tokenizer = Tokenizer(
        models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="w0")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    questions = Dataset.from_list(
        [
            {"prompt": " ".join(f"w{(row * 7 + place) % (shape.vocabulary - 2)}"
                                for place in range(PROMPT_LENGTH))}
            for row in range(512)
        ]
    )
    lengths: list[int] = []

    def reward(completions, **_):
        lengths.append(sum(len(completion.split()) for completion in completions))
        # How many different words: it tells responses of any vocabulary apart.
        return [float(len(set(completion.split()))) for completion in completions]

    ends: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, arguments, state, control, **_):
            ends.append(time.perf_counter())
            # The first step is the warm-up.
            if len(ends) > 1 and ends[-1] - ends[0] >= options.seconds:
                control.should_training_stop = True
            return control

    with tempfile.TemporaryDirectory() as folder:
        configuration = trl.GRPOConfig(
            output_dir=folder, per_device_train_batch_size=micro_batch,
            gradient_accumulation_steps=rollout // micro_batch, num_generations=generations,
            max_completion_length=new_tokens, max_steps=10_000, learning_rate=1e-4, beta=0.0,
            temperature=1.0, top_k=0, generation_kwargs={"min_new_tokens": new_tokens},
            use_cpu=True, bf16=options.mode.startswith("bf16"), gradient_checkpointing=False,
            report_to=[], save_strategy="no", logging_steps=10_000, disable_tqdm=True,
        )
        trl.GRPOTrainer(
            model=llama(shape, positions=PROMPT_LENGTH + new_tokens, pad_token_id=0,
                        eos_token_id=1, bos_token_id=None),
            reward_funcs=reward, args=configuration, train_dataset=questions,
            processing_class=PreTrainedTokenizerFast(
                tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>"),
            callbacks=[Clock()],
        ).train()
    # Words that decode to nothing (padding) are not in the count, but they were sampled.
    tokens = rollout * new_tokens
    assert all(0.5 * tokens < length <= tokens for length in lengths), lengths
    report(trl.__version__, tokens, [end - start for start, end in zip(ends, ends[1:])])


if __name__ == "__main__":
    main()
