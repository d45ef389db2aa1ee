"""Grades pairs by Qwen2.5-Math's grader, for compare.py: JSON lists on the standard input."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "evaluation"))
from grader import math_equal  # noqa: E402
from parser import extract_answer, strip_string  # noqa: E402

# The texts after which `extract_answer` finds more than a last number.
MARKS = ["boxed", "he answer is", "final answer is"]

for line in sys.stdin:
    gold, answer = json.loads(line)
    try:
        sides = [strip_string(extract_answer(text, "math") if any(mark in text for mark in MARKS)
                              else text) for text in (gold, answer)]
        right = bool(math_equal(sides[1], sides[0], timeout=True))
    except Exception:
        right = False
    print(json.dumps("right" if right else "wrong"))
