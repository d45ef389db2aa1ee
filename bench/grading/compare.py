"""Compares Laconic's math verifier with Math-Verify and with Qwen2.5-Math's grader.

    python bench/grading/compare.py --laconic laconic [--qwen QWEN_MATH] [--qwen-python PYTHON]
        PAIRS.jsonl > graded.jsonl

A line of PAIRS has `gold`, `answer` and, if they are known, `expected`, `targets` (the texts that are
read: `latex`, formulas; `expr`, plain numbers; both without it) and `options`. Each grader reads the texts as
its own documentation says: Math-Verify by `parse` and `verify`; Qwen's by `extract_answer`,
`strip_string` and `math_equal`; ours by `laconic grade --verifier math`. Qwen's grader runs in a
Python of its own, since it needs antlr 4.11. The table goes to the standard error; the lines that
come out have each grader's verdict.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


# The rules that find answers for what a case reads.
RULES = {
    ("latex",): ["final_answer", "boxed", "last_formula"],
    ("expr",): ["final_answer", "hash", "tag", "answer_phrase", "conclusion", "last_number"],
    ("latex", "expr"): [],  # those of `laconic grade`
}


def targets_of(pair):
    return tuple(pair.get("targets", ("latex", "expr")))


def fields(options):
    """Math-Verify's options as ours are called."""
    fields = {}
    if options.get("precision", 6) < 6:
        fields["abs_tolerance"] = 0.5 * 10 ** -options["precision"]
    allowed = []
    if not options.get("strict", True):
        allowed.append("renamed")
    if options.get("allow_set_relation_comp", False):
        allowed.append("inequality")
    return {**fields, **({"allow": allowed} if allowed else {})}


def ours(program, pairs):
    """Grades both sides as responses: an answer is found in each by the same rules."""
    found = [None] * (2 * len(pairs))
    for targets, rules in RULES.items():
        places = [index for index, pair in enumerate(pairs) if targets_of(pair) == targets]
        if not places:
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            for index in places:
                for side in ("gold", "answer"):
                    file.write(json.dumps(
                        {"response": pairs[index][side], "reference": "0"}) + "\n")
            file.flush()
            lines = graded(program, file.name, *(f"--answer={rule}" for rule in rules))
        for number, line in enumerate(lines):
            found[2 * places[number // 2] + number % 2] = line["answer"]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for gold, answer, pair in zip(found[::2], found[1::2], pairs):
            # A gold answer in which nothing marks an answer is one as it stands.
            file.write(json.dumps({
                "answer": answer, "reference": gold or pair["gold"],
                **fields(pair.get("options", {}))}) + "\n")
        file.flush()
        return [line["verdict"] for line in graded(program, file.name)]


def graded(program, file, *more):
    run = subprocess.run([program, "grade", file, "--verifier", "math", "--json", *more],
                         capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def math_verify(pairs):
    from math_verify import ExprExtractionConfig, LatexExtractionConfig, parse, verify
    known = {"latex": LatexExtractionConfig(boxed_match_priority=0), "expr": ExprExtractionConfig()}
    for pair in pairs:
        targets = [known[name] for name in targets_of(pair)]
        options = pair.get("options", {})
        try:
            right = verify(
                parse(pair["gold"], targets), parse(pair["answer"], targets),
                float_rounding=options.get("precision", 6), strict=options.get("strict", True),
                allow_set_relation_comp=options.get("allow_set_relation_comp", False))
        except Exception:
            right = False
        yield "right" if right else "wrong"


def qwen(python, folder, pairs):
    run = subprocess.run(
        [python, HERE / "qwen_grader.py", folder], capture_output=True, text=True, check=True,
        input="\n".join(json.dumps([pair["gold"], pair["answer"]]) for pair in pairs))
    return [json.loads(line) for line in run.stdout.splitlines()]


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--laconic", required=True)
parser.add_argument("--qwen", help="a copy of github.com/QwenLM/Qwen2.5-Math")
parser.add_argument("--qwen-python", default=sys.executable)
parser.add_argument("pairs")
options = parser.parse_args()
pairs = [json.loads(line) for line in open(options.pairs)]
verdicts = {"laconic": ours(options.laconic, pairs), "math_verify": list(math_verify(pairs))}
if options.qwen:
    verdicts["qwen"] = qwen(options.qwen_python, options.qwen, pairs)
for index, pair in enumerate(pairs):
    pair["verdicts"] = {name: all[index] for name, all in verdicts.items()}
    print(json.dumps(pair, ensure_ascii=False))

print(f"{len(pairs)} pairs", file=sys.stderr)
judged = [pair for pair in pairs if "expected" in pair]
for name in verdicts:
    right = sum((pair["verdicts"][name] == "right") == pair["expected"] for pair in judged)
    unreadable = sum(pair["verdicts"][name] == "unreadable" for pair in pairs)
    share = f"{right} of {len(judged)} as expected" if judged else ""
    print(f"  {name:12} {share}, {unreadable} unreadable", file=sys.stderr)
names = list(verdicts)
for first in range(len(names)):
    for second in range(first + 1, len(names)):
        same = sum((pair["verdicts"][names[first]] == "right")
                   == (pair["verdicts"][names[second]] == "right") for pair in pairs)
        print(f"  {names[first]} and {names[second]} agree on {same}", file=sys.stderr)
