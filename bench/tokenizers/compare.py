"""Compares Laconic's tokenizers with `tokenizers`: ids, texts, and the speed of one thread.

    make tokenizers PYTHON=.venv-bench/bin/python ARGUMENTS='[--lines 200000] [tokenizer.json ...]'

or, once .build-tokenizers/release/encode is built,

    python bench/tokenizers/compare.py [--lines 200000] [tokenizer.json ...]

Without files, the small tokenizers of shapes.py are trained and compared. Lines are those of
corpus.py, the same for the same seed. Speeds are bytes by processor time, of both in turns in one run.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import corpus  # noqa: E402
import shapes  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
def compare(program, file, lines, folder):
    ours_file = folder / "ids.jsonl"
    run = subprocess.run(
        [str(program), str(file), str(folder / "lines.json"), str(ours_file)],
        capture_output=True, text=True,
    )
    if run.returncode:
        print(f"{file}: {run.stderr.strip()}")
        return False
    tokenizer = Tokenizer.from_file(str(file))
    size = sum(len(line.encode()) for line in lines)
    theirs, speeds = [], []
    for _ in range(3):
        start = time.process_time()
        theirs = [tokenizer.encode(line, add_special_tokens=False).ids for line in lines]
        speeds.append(size / (time.process_time() - start) / 1e6)
    start = time.process_time()
    texts = [tokenizer.decode(ids, skip_special_tokens=False) for ids in theirs]
    decoding = size / (time.process_time() - start) / 1e6
    different = 0
    with open(ours_file) as written:
        for line, ids, text, ours in zip(lines, theirs, texts, written):
            added = tokenizer.encode(line, add_special_tokens=True).ids
            tokenizer.encode_special_tokens = True
            plain = tokenizer.encode(line, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = False
            if json.loads(ours) != [ids, plain, added, text]:
                different += 1
                if different <= 3:
                    print("  different:", ascii(line)[:200])
    report = " ".join(run.stderr.split("\n"))
    print(f"{file}: {different} of {len(lines)} lines differ")
    print(f"  ours: {report}")
    print(f"  tokenizers: encode {max(speeds):.2f} MB/s decode {decoding:.2f} MB/s", flush=True)
    return different == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--program", type=pathlib.Path,
                        default=HERE / "../../.build-tokenizers/release/encode")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files = options.files
        if not files:
            for shape, make in shapes.SHAPES.items():
                files.append(folder / f"{shape}.json")
                make(1200).save(str(files[-1]))
        lines = list(corpus.lines(options.lines, seed=11))
        (folder / "lines.json").write_text(json.dumps(lines))
        equal = [compare(options.program, file, lines, folder) for file in files]
    sys.exit(not all(equal))


if __name__ == "__main__":
    main()
