"""Compares Laconic's tokenizers with `tokenizers`: ids, texts, and the speed of one thread.

    python compare.py [--lines 200000] [--build DIR] [tokenizer.json ...]

Without files, the small tokenizers of shapes.py are trained and compared. The program that encodes
is built from the sources with swiftc. Lines are those of corpus.py, the same for the same seed.
Speeds are bytes by processor time, of both in turns in one run.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import corpus  # noqa: E402
import shapes  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLAGS = [
    "-swift-version", "6", "-package-name", "laconic", "-O", "-wmo",
    "-enable-upcoming-feature", "ExistentialAny",
    "-enable-upcoming-feature", "InternalImportsByDefault",
    "-enable-upcoming-feature", "MemberImportVisibility",
]


def build(folder):
    def swift(*paths):
        found = [sorted((ROOT / p).rglob("*.swift")) if not p.endswith(".swift") else [ROOT / p] for p in paths]
        return [str(f) for group in found for f in group]

    module = folder / "Fields.swiftmodule"
    subprocess.run(
        ["swiftc", *FLAGS, "-parse-as-library", "-module-name", "Fields", "-emit-module",
         "-emit-module-path", str(module), "-c", "-o", str(folder / "Fields.o"), *swift("Sources/Fields")],
        check=True,
    )
    main = folder / "main.swift"
    main.write_text((HERE / "encode.swift").read_text())
    checkpoints = "Sources/ModelCore/Checkpoints/"
    subprocess.run(
        ["swiftc", *FLAGS, "-module-name", "Encode", "-I", str(folder), "-o", str(folder / "encode"),
         str(folder / "Fields.o"), str(main),
         *swift("Sources/ModelCore/Tokenizers", checkpoints + "JSONFile.swift",
                checkpoints + "ModelFileError.swift")],
        check=True,
    )
    return folder / "encode"


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
    parser.add_argument("--build", type=pathlib.Path, default=HERE / ".build")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    options.build.mkdir(exist_ok=True)
    program = build(options.build)
    files = options.files
    if not files:
        for name, make in shapes.SHAPES.items():
            files.append(options.build / f"{name}.json")
            make(1200).save(str(files[-1]))
    lines = list(corpus.lines(options.lines, seed=11))
    (options.build / "lines.json").write_text(json.dumps(lines))
    sys.exit(not all([compare(program, file, lines, options.build) for file in files]))


if __name__ == "__main__":
    main()
