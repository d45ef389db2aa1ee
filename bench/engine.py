#!/usr/bin/env python3
"""Measures what an engine costs beside the work: 200 trivial stages in Laconic, DVC and Snakemake.

    python3 bench/engine.py --python .venv-engine/bin/python

Each engine is given its own project with 200 independent stages that do next to nothing, and is
asked to check it, to plan it, to run it with nothing done and to run it with everything done. They
take turns, and a figure is the median over the turns. bench/README.md says how to read the table.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS = ["check", "plan", "no-op run", "first run", "a stage"]


@dataclass
class Engine:
    """An engine and how it is asked for each thing."""

    name: str
    version: str
    program: str
    check: list[str]
    plan: list[str]
    run: list[str]
    files: dict[str, str]  # of its project
    setup: list[list[str]] = field(default_factory=list)
    # Seconds by the clock and of the processors, a turn each.
    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    work: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def note(self, column: str, cost: tuple[float, float]) -> None:
        self.seconds[column].append(cost[0])
        self.work[column].append(cost[1])


def laconic(program: str, count: int) -> Engine:
    stages = "".join(
        f"  s{index}:\n    kind: problems\n    families: [chain]\n"
        f"    splits: {{train: {{count: 1, seed: {index}}}}}\n"
        for index in range(count)
    )
    text = f"version: 1\nname: engine\nstages:\n{stages}"
    return Engine(
        "laconic", version([program, "--version"]), program,
        check=["validate", "engine.yaml"], plan=["plan", "engine.yaml"],
        run=["run", "engine.yaml", "-j", "2"], files={"engine.yaml": text})


def dvc(program: str, count: int) -> Engine:
    # A stage that depends on nothing is never cached by DVC, so each depends on one file.
    stages = "".join(
        f"  s{index}:\n    cmd: cp in.txt out/{index}.txt\n    deps: [in.txt]\n"
        f"    outs: [out/{index}.txt]\n"
        for index in range(count)
    )
    return Engine(
        "dvc", version([program, "--version"]), program, check=["stage", "list", "--name-only"],
        plan=["status"], run=["repro"],
        files={"dvc.yaml": f"stages:\n{stages}", "in.txt": "1\n", "out/.keep": ""},
        setup=[
            [program, "init", "--no-scm", "--quiet"],
            [program, "config", "core.analytics", "false"],
            [program, "config", "core.check_update", "false"],
        ])


def snakemake(program: str, count: int) -> Engine:
    text = (
        f"rule all:\n    input: [f'out/{{i}}.txt' for i in range({count})]\n\n"
        "rule one:\n    input: 'in.txt'\n    output: 'out/{i}.txt'\n"
        "    shell: 'cp {input} {output}'\n"
    )
    return Engine(
        "snakemake", version([program, "--version"]), program, check=["--list-rules"],
        plan=["--dry-run", "--quiet", "all"], run=["--cores", "2", "--quiet", "all"],
        files={"Snakefile": text, "in.txt": "1\n"})


def version(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def processor_seconds() -> float:
    """Of all programs that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(engine: Engine, arguments: list[str], folder: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processors."""
    environment = dict(os.environ, DVC_NO_ANALYTICS="1", PYTHONWARNINGS="ignore")
    # Programs find their helpers beside themselves.
    environment["PATH"] = os.path.dirname(engine.program) + os.pathsep + environment["PATH"]
    before = processor_seconds()
    start = time.perf_counter()
    done = subprocess.run(
        [engine.program, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{engine.name} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return seconds, processor_seconds() - before


def turn(engine: Engine, folder: str, count: int) -> None:
    """One turn on a fresh project: check and plan what is new, run it, and do it all again."""
    for path, text in engine.files.items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w") as file:
            file.write(text)
    for command in engine.setup:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    # Once for nothing: the program itself has to come from the disk.
    timed(engine, engine.check, folder)
    engine.note("check", timed(engine, engine.check, folder))
    first = timed(engine, engine.run, folder)
    # Digests of files younger than two seconds are not trusted, by some engines with good reason.
    time.sleep(2.5)
    timed(engine, engine.run, folder)
    idle = timed(engine, engine.run, folder)
    engine.note("no-op run", idle)
    engine.note("plan", timed(engine, engine.plan, folder))
    engine.note("first run", first)
    engine.note("a stage", ((first[0] - idle[0]) / count, (first[1] - idle[1]) / count))


def fsync_seconds(folder: str) -> float:
    """What it costs here to write a small file and wait until the disk has it."""
    samples = []
    for index in range(50):
        start = time.perf_counter()
        descriptor = os.open(os.path.join(folder, f"sync-{index}"), os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, b"1")
        os.fsync(descriptor)
        os.close(descriptor)
        samples.append(time.perf_counter() - start)
    return statistics.median(samples)


def table(title: str, engines: list[Engine], figures) -> None:
    print(f"\n{title}\n")
    print(f"{'':>18}" + "".join(f"{name:>24}" for name in COLUMNS))
    for engine in engines:
        cells = []
        for column in COLUMNS:
            values = figures(engine)[column]
            digits = 4 if column == "a stage" else 3
            low, middle, high = (
                f"{value:.{digits}f}"
                for value in (min(values), statistics.median(values), max(values)))
            cells.append(f"{middle} ({low}-{high})")
        print(f"{engine.name + ' ' + engine.version:>18}" + "".join(f"{c:>24}" for c in cells))


def show(engines: list[Engine], sync: float, count: int) -> None:
    print(f"{count} trivial stages; median (fastest-slowest) of the turns")
    print(f"fsync of a small file here: {sync * 1000:.1f} ms")
    table("seconds by the clock", engines, lambda engine: engine.seconds)
    table("seconds of the processors", engines, lambda engine: engine.work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--laconic", default=os.path.join(ROOT, ".build", "release", "laconic"))
    parser.add_argument(
        "--python", default=sys.executable,
        help="the python of an environment that has dvc and snakemake; those it lacks are left out")
    parser.add_argument("--only", default="laconic,dvc,snakemake", help="which engines, by comma")
    parser.add_argument("--stages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3, help="turns for each engine")
    parser.add_argument(
        "--folder", default=None, help="where to make the projects; decides the disk")
    arguments = parser.parse_args()

    beside = os.path.dirname(os.path.abspath(arguments.python))
    engines = []
    for name in arguments.only.split(","):
        program = {
            "laconic": os.path.abspath(arguments.laconic),
            "dvc": os.path.join(beside, "dvc"),
            "snakemake": os.path.join(beside, "snakemake"),
        }[name]
        if not os.path.exists(program):
            print(f"left out: there is no {program}", file=sys.stderr)
            continue
        make = {"laconic": laconic, "dvc": dvc, "snakemake": snakemake}[name]
        engines.append(make(program, arguments.stages))
    if not engines:
        sys.exit("nothing to measure")

    top = tempfile.mkdtemp(prefix="laconic-engine-", dir=arguments.folder)
    try:
        sync = fsync_seconds(top)
        for round_number in range(arguments.rounds):
            for engine in engines:
                folder = os.path.join(top, f"{engine.name}-{round_number}")
                os.mkdir(folder)
                turn(engine, folder, arguments.stages)
                shutil.rmtree(folder)
                print(f"round {round_number + 1}: {engine.name} done", file=sys.stderr)
        show(engines, sync, arguments.stages)
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
