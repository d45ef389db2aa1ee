"""The shapes every contestant is given: those of Sources/Reasoning/Benchmarks/BenchmarkShape.swift."""

from dataclasses import dataclass

PROMPT_LENGTH = 32


@dataclass(frozen=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    train: tuple[int, int]  # sequences, tokens of each
    sample: tuple[int, int]  # sequences, new tokens of each
    rl: tuple[int, int, int]  # prompts, responses to each, new tokens of each


SHAPES = {
    "tiny": Shape(128, 4, 4, 384, 64, (64, 192), (256, 160), (32, 8, 128)),
    "small": Shape(256, 6, 8, 768, 512, (32, 256), (64, 224), (16, 8, 128)),
    "mid": Shape(512, 8, 8, 1408, 8192, (8, 512), (16, 128), (4, 4, 128)),
}
