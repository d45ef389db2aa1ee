"""Trains small SentencePiece models with BPE, and freezes their lists as GGUF files have them, with
lines of text and what `sentencepiece` makes of them.

    python freeze_sentencepiece.py

Made with sentencepiece 0.2.3. Training is repeatable; the text is that of bench/tokenizers. As
llama.cpp's converter writes them, tokens that users defined have spaces instead of `▁`.
"""
import io
import json
import pathlib
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "bench" / "tokenizers"))

import corpus  # noqa: E402

USER_DEFINED = 4
SPACES = ["▁" * count for count in range(2, 8)]
SHAPES = {
    "prefix": {"add_dummy_prefix": True, "unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1},
    "plain": {
        "add_dummy_prefix": False, "pad_id": 0, "eos_id": 1, "bos_id": 2, "unk_id": 3,
        "user_defined_symbols": ["<mask>", "<h1>", "\n\n", "\n\n\n", *SPACES],
    },
}


def training_lines():
    for line in corpus.lines(3000, seed=2):
        line = line.replace("\n", " ").replace("\0", "")
        if line.strip() and sum(c.isascii() for c in line) > 0.97 * len(line):
            yield line
    yield from ["aaaa aaa abab ababab", " " * 20 + "x"] * 20


def shape(options, lines):
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=training_lines(), model_writer=written, model_type="bpe", vocab_size=560,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        split_digits=True, allow_whitespace_only_pieces=True, character_coverage=0.98,
        minloglevel=2, **options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    model = sentencepiece_model_pb2.ModelProto.FromString(written.getvalue())
    pieces = model.pieces
    cases = []
    for line in lines:
        ids = processor.encode(line)
        text = processor.decode(ids)
        cases.append([line, ids, None if text == line else text])
    return {
        "tokens": [
            p.piece.replace("▁", " ") if p.type == USER_DEFINED else p.piece for p in pieces],
        "scores": [p.score for p in pieces], "types": [p.type for p in pieces],
        "begin": processor.bos_id(), "end": processor.eos_id(), "unknown": processor.unk_id(),
        "add_space_prefix": options["add_dummy_prefix"], "cases": cases,
    }


def main():
    lines = [line[:120] for line in corpus.lines(90, seed=9)]
    lines += ["", " ", "   a", "a   b", "\n", "\n\n\nx", "a\tb", "<mask>x <h1>", "<0x0A>", "0123 456",
              "aaaaaaaabababab", "\u20ac \U0001f600", "x\u00a0y", " " * 9 + "a"]
    # Beside a space, `▁` itself is the same as a space for SentencePiece alone.
    lines = [line for line in lines if "▁" not in line]
    frozen = {name: shape(options, lines) for name, options in SHAPES.items()}
    (HERE / "sentencepiece.json").write_text(
        json.dumps(frozen, ensure_ascii=True, separators=(",", ":")) + "\n")


main()
