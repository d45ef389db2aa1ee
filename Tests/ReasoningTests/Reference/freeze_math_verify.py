"""Freezes a sample of Math-Verify's test cases, as data.

    python bench/grading/math_verify_cases.py MATH_VERIFY > cases.jsonl
    python Tests/ReasoningTests/Reference/freeze_math_verify.py cases.jsonl > math_verify.jsonl

The pairs and their expected verdicts are from the tests of github.com/huggingface/Math-Verify,
version 0.8.0, under the Apache License 2.0. Taken are the cases of at most 400 characters whose
digest is even, and all that set an option. The first line names the source.
"""
import hashlib
import json
import sys

print(json.dumps({
    "source": "https://github.com/huggingface/Math-Verify, tests of version 0.8.0",
    "license": "Apache-2.0"}))
seen = set()
for line in open(sys.argv[1]):
    case = json.loads(line)
    text = case["gold"] + "\n" + case["answer"]
    isEven = hashlib.sha256(text.encode()).digest()[0] % 2 == 0
    if len(text) > 400 or line in seen or not (isEven or case["options"]):
        continue
    seen.add(line)
    print(json.dumps(case, ensure_ascii=False))
