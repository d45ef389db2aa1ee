"""Freezes small tokenizers of every shape, with lines of text and what `tokenizers` makes of them.

    python freeze_tokenizers.py

Made with tokenizers 0.23.3. Training is repeatable; the shapes and the text are those of
bench/tokenizers.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "bench" / "tokenizers"))

import corpus  # noqa: E402
import shapes  # noqa: E402

COUNT = 90


def case(tokenizer, line):
    """Ids; and where they differ, ids without special tokens being recognised, ids with special
    tokens added, the decoded text, and the decoded text without special tokens."""
    ids = tokenizer.encode(line, add_special_tokens=False).ids
    added = tokenizer.encode(line, add_special_tokens=True).ids
    tokenizer.encode_special_tokens = True
    plain = tokenizer.encode(line, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = False
    text = tokenizer.decode(added, skip_special_tokens=False)
    skipped = tokenizer.decode(added, skip_special_tokens=True)
    return [
        ids, None if plain == ids else plain, None if added == ids else added,
        None if text == line else text, None if skipped == text else skipped,
    ]


folder = HERE / "tokenizers"
folder.mkdir(exist_ok=True)
lines = [line[:160] for line in corpus.lines(COUNT, seed=5)]
lines += ["", " ", "a", "e\u0301\u0323 \u1100\u1161\u11a8 \uac00\u11a8 か\u3099", "a" * 100 + " " * 50]
for name, make in shapes.SHAPES.items():
    tokenizer = make(360)
    tokenizer.save(str(folder / f"{name}.json"), pretty=False)
    cases = [case(tokenizer, line) for line in lines]
    compact = json.dumps(cases, ensure_ascii=True, separators=(",", ":"))
    (folder / f"{name}.cases.json").write_text(compact + "\n")
(folder / "lines.json").write_text(json.dumps(lines, indent=0) + "\n")
