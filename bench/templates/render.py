"""Renders every chat template of a folder by jinja2, as transformers would, for a comparison.

    python bench/templates/render.py FOLDER CASES.json
    LACONIC_TEMPLATES=CASES.json make test FILTER=TemplateFolder

The folder holds files `*.jinja`; nothing is fetched. The file that is written holds the templates,
conversations, and the text and the generated ranges that transformers makes of them with and without
tools, thinking and a generation prompt, or that it refuses. Needs transformers 5 and jinja2 3.1.
"""

import itertools
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "Tests/ModelCoreTests/Reference"))

from jinja_reference import messages_of, render  # noqa: E402


def tool(name):
    return {"type": "function", "function": {
        "name": name, "description": "Adds \"a\" & <b>.\nÉté", "parameters": {
            "type": "object", "required": ["a"], "properties": {
                "a": {"type": "number", "description": "first"},
                "b": {"type": "string", "enum": ["x", "y"], "default": "x"},
                "c": {"type": "array", "items": {"type": "integer"}},
                "d": {"type": ["string", "null"]},
                "e": {"type": "object", "properties": {"z": {"type": "boolean", "default": False}}},
            }}}}


def call(arguments):
    return [{"id": "call00001", "type": "function", "function": {"name": "add", "arguments": arguments}}]


SYSTEM = {"role": "system", "content": "  Be brief & kind.\n"}
CONVERSATIONS = {
    "one": [{"role": "user", "content": "Hi <b> é 🙂\n"}],
    "turns": [SYSTEM, {"role": "user", "content": "One"}, {"role": "assistant", "content": "Two\n"},
              {"role": "user", "content": " Three "}],
    "thinking in the text": [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nTwo"},
        {"role": "user", "content": "Three"},
        {"role": "assistant", "content": "<think>\nagain\n</think>\n\nFour"}],
    "thinking apart": [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Two", "reasoning_content": "hm\n🙂"}],
    "calls": [
        {"role": "user", "content": "Add"},
        {"role": "assistant", "content": "", "tool_calls": call({"a": 1, "b": "é"})},
        {"role": "tool", "content": "3", "name": "add", "tool_call_id": "call00001"},
        {"role": "tool", "content": "4", "name": "add", "tool_call_id": "call00002"},
        {"role": "assistant", "content": "It is 3."}],
    "calls as text": [
        SYSTEM, {"role": "user", "content": "Add"},
        {"role": "assistant", "content": None, "tool_calls": call('{"a": 1}')},
        {"role": "tool", "content": '{"r": 3}', "tool_call_id": "call00001"}],
    "parts": [{"role": "user", "content": [
        {"type": "text", "text": "a "}, {"type": "image"}, {"type": "text", "text": "b"}]}],
    "out of order": [{"role": "assistant", "content": "x"}, {"role": "assistant", "content": "y"}],
    "nothing": [],
}
TOOLS = [tool("add"), tool("sub")]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def cases(template, text):
    """The cases of a template; it is only given what it mentions."""
    tools = [None, TOOLS] if "tools" in text else [None]
    extras = [{}]
    if "enable_thinking" in text:
        extras += [{"enable_thinking": True}, {"enable_thinking": False}]
    if "date_string" in text or "strftime_now" in text:
        extras += [{"date_string": "1 Jan 2020"}]
    if "reasoning_effort" in text:
        extras += [{"reasoning_effort": "low"}]
    for (name, written), given, prompt, extra in itertools.product(
            CONVERSATIONS.items(), tools, (False, True), extras):
        case = {"template": template, "conversation": name, "has_tools": given is not None,
                "add_generation_prompt": prompt, "extra": extra}
        try:
            case["text"], ranges = render(text, {
                "messages": messages_of(written), "tools": given, "documents": None,
                "add_generation_prompt": prompt, **TOKENS, **extra})
            if ranges:
                case["generated"] = ranges
        except Exception:  # whatever a template raises
            case["error"] = True
        yield case


def main(folder, output):
    files = sorted(pathlib.Path(folder).glob("*.jinja"))
    texts = {file.stem: file.read_text() for file in files}
    found = [case for name, text in texts.items() for case in cases(name, text)]
    pathlib.Path(output).write_text(json.dumps(
        {"templates": texts, "conversations": CONVERSATIONS, "tools": TOOLS, "cases": found},
        ensure_ascii=False, indent=1) + "\n")
    print(len(texts), "templates,", len(found), "cases,",
          sum("error" in case for case in found), "of them refused")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
