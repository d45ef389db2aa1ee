"""What the peers share: arguments, the model, repetition, and the line compare.py reads."""

import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from shapes import SHAPES, Shape  # noqa: E402


def arguments(description: str, modes: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=5.0, help="after the warm-up")
    return parser.parse_args()


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
