"""What the peers share: arguments, the model, repetition, and the line compare.py reads."""

import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from shapes import PROMPT_LENGTH, SHAPES, Shape  # noqa: E402


def arguments(description: str, modes: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--shape", choices=SHAPES)
    given.add_argument("--model", help="a Hugging Face folder, or for llama.cpp a GGUF file")
    parser.add_argument("--sequences", type=int, default=1, help="that --model samples at once")
    parser.add_argument("--read", action="store_true", help="read one prompt instead of sampling")
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=5.0, help="after the warm-up")
    return parser.parse_args()


# What `laconic bench --model` does: a training step, a prompt that is read, and new tokens.
MODEL_TRAIN = (8, 256)
MODEL_READ = 512
MODEL_NEW_TOKENS = 128


def sampling(options: argparse.Namespace) -> tuple[int, int, int]:
    """Sequences, tokens of a prompt, and new tokens of each sequence."""
    if options.read:
        return 1, MODEL_READ, 1
    if options.model:
        return options.sequences, PROMPT_LENGTH, MODEL_NEW_TOKENS
    sequences, new_tokens = SHAPES[options.shape].sample
    return sequences, PROMPT_LENGTH, new_tokens


def decoder(options: argparse.Namespace, positions: int, **more):
    """The model of --model, or a Llama of the shape with random weights."""
    if options.model:
        import torch
        from transformers import AutoModelForCausalLM

        # Whatever else its makers suggest for sampling would be applied to logits.
        model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32, **more)
        model.generation_config = type(model.generation_config)()
        return model
    return llama(SHAPES[options.shape], positions, **more)


def llama(shape: Shape, positions: int, **more):
    """A Llama with random weights, the shape of ours: no biases, tied embeddings."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            num_key_value_heads=shape.heads,
            intermediate_size=shape.intermediate,
            vocab_size=shape.vocabulary,
            max_position_embeddings=positions,
            tie_word_embeddings=True,
            **more,
        )
    )


def repeated(work, seconds: float) -> list[float]:
    """Seconds of each repetition, until the time is up; at least one."""
    taken = []
    first = time.perf_counter()
    while True:
        start = time.perf_counter()
        work()
        end = time.perf_counter()
        taken.append(end - start)
        if end - first >= seconds:
            return taken


def report(version: str, tokens: float, seconds: list[float]) -> None:
    """The last line of output. `tokens` is of one repetition."""
    print(json.dumps({"version": version, "tokens": tokens, "seconds": seconds}), flush=True)
