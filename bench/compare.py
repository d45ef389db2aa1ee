#!/usr/bin/env python3
"""Measures Laconic beside other programs on the same shapes, in alternation, and prints ratios.

    python3 bench/compare.py --work train,sample,rl --shapes tiny,small,mid
    python3 bench/compare.py --model FOLDER --gguf FILE --sequences 1,16,64

Every figure comes from a process of its own; contestants take turns (A B C A B C ...), so that what
else the machine does falls on all of them. bench/README.md says how to read the result.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

BENCH = os.path.dirname(os.path.abspath(__file__))
SHAPES = ["tiny", "small", "mid"]
# The scripts under peers/ for each work, with their modes and the precision of each.
PEERS = {
    "train": [("torch", "torch_train.py", ["eager", "compile", "eager-bf16", "compile-bf16"])],
    "sample": [
        ("transformers", "hf_generate.py", ["fp32", "bf16", "compile", "compile-bf16"]),
        ("llama.cpp", "llama_batched_bench.py", ["fp32", "bf16", "stored"]),
    ],
    "read": [
        ("transformers", "hf_generate.py", ["fp32", "bf16", "compile", "compile-bf16"]),
        ("llama.cpp", "llama_batched_bench.py", ["fp32", "bf16", "stored"]),
    ],
    "rl": [("trl", "trl_grpo.py", ["fp32", "fp32-64", "bf16", "bf16-64"])],
}


@dataclass
class Contestant:
    """Somebody who does the work: Laconic in one numerics, or a peer in one mode."""

    name: str
    mode: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)  # tokens per second, a round each
    memory: list[int] = field(default_factory=list)  # most bytes resident, a round each
    version: str | None = None
    # Why there are no more rounds, where there are fewer than asked for.
    stopped: str | None = None

    @property
    def is_ours(self) -> bool:
        return self.name == "laconic"

    @property
    def precision(self) -> str:
        if self.mode.endswith("stored"):
            return "stored"
        return "bf16" if "bf16" in self.mode else "fp32"

    @property
    def rate(self) -> float | None:
        return statistics.median(self.rates) if self.rates else None

    @property
    def title(self) -> str:
        return f"{self.name} {self.mode}"


def listed(known: list[str], also: dict[str, str] | None = None):
    """A type for argparse: names separated by commas."""

    def parse(text: str) -> list[str]:
        names = [(also or {}).get(name, name) for name in text.split(",")]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
        return names

    return parse


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--work", type=listed(list(PEERS), {"grpo": "rl"}), default=None,
        help="train, sample, rl (also: grpo), and with --model train, read, sample; all when left out")
    add("--shapes", type=listed(SHAPES), default=SHAPES, help="tiny, small, mid; all when left out")
    add("--model", metavar="FOLDER", help="a Hugging Face folder to measure instead of shapes")
    add("--gguf", metavar="FILE",
        help="the same model for llama.cpp; also measured as it is stored, on both sides")
    add("--sequences", type=lambda text: [int(part) for part in text.split(",")],
        default=[1, 16, 64], help="that --model samples at once: 1,16,64")
    add("--numerics", default="", help="Laconic's; all that it has when left out")
    add("--modes", default="", help="only these modes of the peers: eager,compile")
    add("--threads", type=int, default=os.cpu_count(), help="of every contestant")
    add("--rounds", type=int, default=3, help="turns of each contestant")
    add("--seconds", type=float, default=5.0, help="of measuring in a turn, after a warm-up")
    add("--timeout", type=float, default=300.0, help="seconds a turn may last, warm-up included")
    add("--behind", type=float, default=0.25, metavar="SHARE",
        help="after the first round a mode slower than this share of its peer's best (of its "
             "precision where Laconic has it) has no more turns; 0 keeps all")
    add("--laconic", default=os.path.join(BENCH, "..", ".build", "release", "laconic"))
    add("--python", default=sys.executable, help="with the packages of bench/requirements.txt")
    add("--llama-batched-bench", default=shutil.which("llama-batched-bench"), metavar="PROGRAM",
        help="llama.cpp's; found on PATH when left out")
    add("--output", metavar="FILE", help="write everything measured as JSON")
    options = parser.parse_args()
    if options.rounds < 1 or options.threads < 1 or options.seconds <= 0:
        parser.error("--rounds, --threads and --seconds must be above 0")
    works = ["train", "read", "sample"] if options.model else ["train", "sample", "rl"]
    options.work = [work for work in options.work or works if work in works]
    if not os.access(options.laconic, os.X_OK):
        parser.error(f"there is no program {options.laconic}: run `make build`, or name one")
    return options


# Running


def run(command: list[str], environment: dict[str, str], timeout: float):
    """A program's output, and how it failed, if it did."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | environment,
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        failure = f"no result within {timeout:.0f} s"
        output = errors = b""
    else:
        failure = f"ended with status {process.returncode}" if process.returncode else None
    finally:
        # Also what it started and left behind, and all of it when we are interrupted.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    if failure and errors.strip():
        failure += ": " + errors.decode(errors="replace").strip().splitlines()[-1][:200]
    return output.decode(errors="replace"), failure


# Runs a command and says the most memory it held. A process's figure starts with that of whoever
# started it, so that one small program stands between us and it.
WITH_MEMORY = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("\\npeak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, flush=True)
sys.exit(code if code >= 0 else 128 - code)
"""


def turn(contestant: Contestant, timeout: float) -> None:
    """One measurement, added to the contestant's."""
    command = [sys.executable, "-c", WITH_MEMORY] + contestant.command
    output, failure = run(command, contestant.environment, timeout)
    if failure:
        contestant.stopped = failure
        return
    lines = output.strip().splitlines()
    kilobytes = int(lines[-1].split()[1])
    contestant.memory.append(kilobytes * (1 if sys.platform == "darwin" else 1024))
    try:
        if contestant.is_ours:
            report = json.loads("\n".join(lines[:-1]))
            contestant.version = report["laconic"]
            contestant.rates.append(report["results"][0]["tokens_per_second"])
        else:
            report = json.loads([line for line in lines if line.startswith("{")][-1])
            contestant.version = report["version"]
            contestant.rates.append(report["tokens"] / statistics.median(report["seconds"]))
    except (IndexError, KeyError, ValueError) as error:
        contestant.stopped = f"its report could not be read: {error}"


@dataclass(frozen=True)
class Case:
    """What is measured: a shape, or a model and how many sequences it samples."""

    work: str
    title: str
    ours: list[str]
    peers: list[str]
    # The model where llama.cpp finds it, or its shape.
    llama: list[str] | None


def cases(work: str, options: argparse.Namespace) -> list[Case]:
    if not options.model:
        return [
            Case(work, shape, ["--shape", shape], ["--shape", shape], ["--shape", shape])
            for shape in options.shapes
        ]
    name = os.path.basename(os.path.normpath(options.model))
    more = ["--read"] if work == "read" else []
    gguf = ["--model", options.gguf] if options.gguf else None
    found = []
    for count in options.sequences if work == "sample" else [None]:
        many = [] if count is None else ["--sequences", str(count)]
        found.append(Case(
            work, name if count is None else f"{name} {count}", ["--model", options.model] + many,
            ["--model", options.model] + many + more, gguf and gguf + many + more,
        ))
    return found


def contestants(case: Case, options: argparse.Namespace) -> list[Contestant]:
    threads = str(options.threads)

    def ours(mode: str, numerics: str, selection: list[str]) -> Contestant:
        return Contestant(
            "laconic", mode,
            [options.laconic, "bench", "--json", "--only", case.work, *selection, "--numerics",
             numerics, "--threads", threads, "--seconds", str(options.seconds)],
        )

    found = [ours(numerics, numerics, case.ours) for numerics in options.numerics]
    if options.gguf and case.work != "train":
        selection = ["--model", options.gguf] + case.ours[2:]
        found += [
            ours(f"{numerics}-stored", numerics, selection) for numerics in options.numerics
            if numerics != "blas"
        ]
    modes = options.modes.split(",") if options.modes else None
    for name, script, known in PEERS[case.work]:
        for mode in known:
            if modes is not None and mode not in modes:
                continue
            if mode == "stored" and not options.gguf:
                continue
            selection = case.llama if name == "llama.cpp" else case.peers
            peer = Contestant(
                name, mode,
                [options.python, os.path.join(BENCH, "peers", script), *(selection or []), "--mode",
                 mode, "--threads", threads, "--seconds", str(options.seconds)],
                {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads,
                 "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"},
            )
            if name == "llama.cpp":
                if options.llama_batched_bench:
                    peer.environment["LLAMA_BATCHED_BENCH"] = options.llama_batched_bench
                else:
                    peer.stopped = "llama-batched-bench is not on PATH"
                if selection is None:
                    peer.stopped = "the model has no --gguf"
            found.append(peer)
    return found


def compete(case: Case, options: argparse.Namespace) -> list[Contestant]:
    everybody = contestants(case, options)
    for round in range(options.rounds):
        for contestant in everybody:
            if contestant.stopped:
                continue
            print(f"  round {round + 1}: {contestant.title}", end="", file=sys.stderr, flush=True)
            start = time.perf_counter()
            turn(contestant, options.timeout)
            outcome = contestant.stopped or f"{contestant.rates[-1]:.0f} tok/s"
            print(f": {outcome} ({time.perf_counter() - start:.0f} s)", file=sys.stderr, flush=True)
        if round == 0:
            leave_behind(everybody, options.behind)
    return everybody


def leave_behind(everybody: list[Contestant], share: float) -> None:
    """Ends the turns of modes that are too far behind to be the one a ratio is against."""
    wanted = {one.precision for one in everybody if one.is_ours}
    for contestant in everybody:
        if contestant.is_ours or contestant.stopped or not contestant.rates:
            continue
        rivals = [one for one in everybody if one.name == contestant.name]
        # Nothing of ours is held against a precision it does not have, but against the best of any.
        best = best_peer(rivals, contestant.precision if contestant.precision in wanted else None)
        if best is not None and contestant.rates[0] < share * best.rate:
            contestant.stopped = f"skipped after a round: slower than {share:g} of {best.title}"


# Results


def best_peer(everybody: list[Contestant], precision: str | None = None) -> Contestant | None:
    peers = [
        one for one in everybody
        if not one.is_ours and one.rates and precision in (None, one.precision)
    ]
    return max(peers, key=lambda one: one.rate, default=None)


def ratios(everybody: list[Contestant]) -> list[dict]:
    """Ours against the best mode of each peer: of its own precision, and of any."""
    rows = []
    for ours in (one for one in everybody if one.is_ours and one.rates):
        for name in dict.fromkeys(one.name for one in everybody if not one.is_ours):
            peers = [one for one in everybody if one.name == name]
            for label, best in (
                (ours.precision, best_peer(peers, ours.precision)), ("any", best_peer(peers)),
            ):
                if best is None:
                    continue
                rows.append({
                    "numerics": ours.mode, "peer": name, "precision": label, "mode": best.mode,
                    "ours": ours.rate, "theirs": best.rate, "ratio": ours.rate / best.rate,
                    "memory_ratio": max(ours.memory) / max(best.memory),
                })
    return rows


def aligned(rows: list[list[str]], leading: int) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column < leading else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def show(work: str, shape: str, everybody: list[Contestant], options: argparse.Namespace) -> None:
    print(f"\n{work} {shape}, {options.threads} threads, up to {options.rounds} rounds\n")
    rows = [["contestant", "precision", "tok/s", "from", "to", "memory MB", "rounds"]]
    for one in everybody:
        if one.rates:
            rows.append([
                one.title, one.precision, f"{one.rate:.0f}", f"{min(one.rates):.0f}",
                f"{max(one.rates):.0f}", f"{max(one.memory) / 1e6:.0f}", str(len(one.rates)),
            ])
    if len(rows) > 1:
        print(aligned(rows, leading=2))
    for one in everybody:
        if one.stopped:
            print(f"{one.title}: {one.stopped}")
    found = ratios(everybody)
    if found:
        table = [["laconic", "against the best of", "mode", "ratio", "memory"]]
        for row in found:
            table.append([
                row["numerics"], f"{row['peer']}, {row['precision']}", row["mode"],
                f"{row['ratio']:.2f}", f"{row['memory_ratio']:.2f}",
            ])
        print("\n" + aligned(table, leading=3))
    sys.stdout.flush()


def as_json(work: str, shape: str, everybody: list[Contestant]) -> dict:
    return {
        "work": work, "shape": shape, "ratios": ratios(everybody),
        "contestants": [
            {
                "name": one.name, "mode": one.mode, "precision": one.precision,
                "version": one.version, "tokens_per_second": one.rates,
                "tokens_per_second_median": one.rate,
                "peak_memory_bytes": max(one.memory, default=None), "stopped": one.stopped,
            }
            for one in everybody
        ],
    }


def machine(options: argparse.Namespace) -> tuple[dict, list[str]]:
    """What Laconic says of the machine, and the numerics it has."""
    command = [options.laconic, "bench", "--json", "--only", "peak", "--seconds", "1", "--threads",
               str(options.threads)]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    report = json.loads(result.stdout)
    peaks = {row["numerics"]: row["gflops"] for row in report["results"]}
    return report["machine"] | {"peak_gflops": peaks}, list(peaks)


def main() -> None:
    options = parse_arguments()
    description, numerics = machine(options)
    options.numerics = options.numerics.split(",") if options.numerics else numerics
    unknown = [name for name in options.numerics if name not in numerics]
    if unknown:
        sys.exit(f"laconic has no numerics {', '.join(unknown)}; it has {', '.join(numerics)}")
    print(f"{description['processor']}, {description['cores']} cores, {description['kernels']} "
          "kernels; fastest product: "
          + ", ".join(f"{name} {value:.0f} GFLOP/s"
                      for name, value in description["peak_gflops"].items()))
    results = []
    for work in options.work:
        for case in cases(work, options):
            print(f"{work} {case.title}", file=sys.stderr)
            everybody = compete(case, options)
            show(work, case.title, everybody, options)
            results.append(as_json(work, case.title, everybody))
            if options.output:
                # After each, so that an interrupted comparison keeps what it has.
                with open(options.output, "w") as file:
                    json.dump({
                        "machine": description, "threads": options.threads,
                        "seconds": options.seconds, "timeout": options.timeout,
                        "results": results,
                    }, file, indent=2)
                    file.write("\n")


if __name__ == "__main__":
    main()
