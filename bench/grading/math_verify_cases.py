"""Reads Math-Verify's own test cases as data: what is right, what was answered, what was expected.

    python bench/grading/math_verify_cases.py MATH_VERIFY > cases.jsonl

MATH_VERIFY is a copy of github.com/huggingface/Math-Verify (Apache-2.0). Its tests are read as
syntax, never run. A case has beside it what its test sets: `targets`, the texts that are read
(`latex`, formulas; `expr`, plain numbers), and options (precision, strict, comparison of intervals
with inequalities).
"""
import ast
import json
import pathlib
import sys

FILES = ["test_all.py", "test_numina_cases.py", "test_open_thoughts.py", "test_boxed.py",
         "test_strict.py", "test_yujianll.py"]
NAMES = {"pred": "answer", "gold": "gold", "expected": "expected", "result": "expected"}


def settings(function):
    """What the test's own call of `compare_strings` sets for all its cases."""
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "compare_strings":
            constants = {}
            for keyword in call.keywords:
                try:
                    constants[keyword.arg] = ast.literal_eval(keyword.value)
                except ValueError:
                    pass
            return constants
    return {}


def cases(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef):
            continue
        fixed = settings(node)
        targets = fixed.pop("match_types", ["latex", "expr"])
        for mark in node.decorator_list:
            if not (isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("parametrize")):
                continue
            names = ast.literal_eval(mark.args[0])
            if isinstance(names, str):
                names = [name.strip() for name in names.split(",")]
            for item in mark.args[1].elts:
                try:
                    values = dict(zip(names, ast.literal_eval(item)))
                except ValueError:
                    continue
                case = {NAMES[name]: values.pop(name) for name in list(values) if name in NAMES}
                if {"gold", "answer", "expected"} <= case.keys():
                    yield {"test": f"{path.stem}.{node.name}", **case, "targets": targets,
                           "options": {**fixed, **values}}


for name in FILES:
    for case in cases(pathlib.Path(sys.argv[1]) / "tests" / name):
        case["expected"] = bool(case["expected"])
        print(json.dumps(case, ensure_ascii=False))
