"""jinja2 as transformers sets it up for chat templates, with a fixed clock.

`render(template, variables)` returns the text, and the ranges inside `generation` blocks in bytes of
UTF-8, or raises. Needs transformers 5 and jinja2 3.1.
"""

import datetime as _datetime

from transformers.utils import chat_template_utils as _utils


class _FixedTime(_datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 7, 14, 5, 9)


_utils.datetime = _FixedTime


def render(template, variables):
    compiled = _utils._compile_jinja_template(template)
    blocks, ranges = [], []
    with compiled.environment.activate_tracker(blocks, ranges):
        for block in compiled.generate(**variables):
            blocks.append(block)
    text = "".join(blocks)
    return text, [[len(text[:start].encode()), len(text[:end].encode())] for start, end in ranges]


def messages_of(conversation):
    """The messages as transformers hands them to a template."""
    return _utils._alias_reasoning_fields(
        _utils._plain_template_data(_utils._normalize_chat_messages(conversation)))
