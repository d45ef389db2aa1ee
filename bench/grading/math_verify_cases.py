"""Reads Math-Verify's own test cases as data: what is right, what was answered, what was expected.

    python bench/grading/math_verify_cases.py MATH_VERIFY > cases.jsonl

MATH_VERIFY is a copy of github.com/huggingface/Math-Verify (Apache-2.0). Its tests are read as
syntax, never run. Cases whose expectation depends on an option of that library (precision, strict,
an order of extraction) have the option beside them.
"""
import ast
import json
import pathlib
import sys

FILES = ["test_all.py", "test_numina_cases.py", "test_open_thoughts.py", "test_boxed.py",
         "test_strict.py", "test_yujianll.py"]
NAMES = {"pred": "answer", "gold": "gold", "expected": "expected", "result": "expected"}


def cases(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef):
            continue
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
                    yield {"test": f"{path.stem}.{node.name}", **case, "options": values}


for name in FILES:
    for case in cases(pathlib.Path(sys.argv[1]) / "tests" / name):
        case["expected"] = bool(case["expected"])
        print(json.dumps(case, ensure_ascii=False))
