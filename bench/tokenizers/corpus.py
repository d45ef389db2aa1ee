"""Mixed text that is hard for tokenizers: every plane, all white space, digits, code, emoji,
combining marks, contractions, special tokens. The same seed gives the same lines."""
import random
import unicodedata

SPACES = [chr(c) for c in range(0x3001) if chr(c).isspace() or c in (0x85, 0x200B, 0xFEFF, 0x180E)]
DIGITS = [chr(c) for c in range(0x20000) if unicodedata.category(chr(c)) in ("Nd", "Nl", "No")]
MARKS = [chr(c) for c in range(0x1F000) if unicodedata.combining(chr(c))]
LETTERS = [chr(c) for c in range(0x2000) if unicodedata.category(chr(c))[0] == "L"]
SCRIPTS = [
    (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x58F),
    (0x5D0, 0x5EA), (0x620, 0x64A), (0x904, 0x939), (0xE01, 0xE3A), (0x10A0, 0x10FF),
    (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xFB00, 0xFB4F), (0xFF01, 0xFF5E), (0x10330, 0x1034A), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F64F), (0x1F900, 0x1FAFF), (0x20000, 0x200FF),
]
WORDS = """the of and to in is that it was for on are as with his they at be this from have or by one
had not but what all were when we there can an your which their said if do will each about how up
out them then she many some so these would other into has more her two like him see time could no
make than first been its who now people my made over did down only way find use may water long
little very after words called just where most know Question Answer therefore number equals
tokens reason budget think less""".split()
CODE = [
    "def f(x):\n    return x ** 2\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\n",
    "let xs = [1, 2, 3].map { $0 * 2 }", "SELECT * FROM t WHERE a='b' AND c<>'d';",
    "#include <stdio.h>\r\n", "<h1>Title</h1>\n<p class=\"x\">text</p>", "\\boxed{\\frac{1}{2}}",
    "if x != 0 && y >= 1 || !z { }", "\t\t\tx\t=\t1\r\n\r\n", "`a_b-c.d/e\\f@g#h%i^j&k*l`",
]
CONTRACTIONS = [
    "I'm", "you're", "he's", "WE'VE", "I'D", "don't", "DON'T", "they'll", "THEY'LL", "'s", "'S",
    "'\u017f", "'\u017fa", "x'ſ", "rock'n'roll", "'re're", "''s", "' s", "it’s", "I'ma", "o'clock",
    "'LL", "'lL", "'vE", "'ve've",
]
MARKUP = [
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<s>", "</s>", "<bos>", "<eos>", "<unk>", "<pad>",
    "<|begin_of_text|>", "<|eot_id|>", "<think>", "</think>", "<tool_call>", "<0x0A>", "▁", "▁▁",
    "<|im_start", "|im_end|>", "[PAD]", "<mark>", "<word>",
]


def scalar(rng):
    while True:
        plane = rng.choice([0, 0, 0, 0, 1, 1, 2, 3, 14, 15, 16, rng.randrange(17)])
        c = plane * 0x10000 + rng.randrange(0x10000)
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def piece(rng):
    kind = rng.randrange(22)
    if kind < 5:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 9)))
    if kind == 5:
        return rng.choice(CODE)
    if kind == 6:
        return "".join(rng.choice(SPACES) for _ in range(rng.randrange(1, 6)))
    if kind == 7:
        return "".join(rng.choice(DIGITS) for _ in range(rng.randrange(1, 6)))
    if kind == 8:
        return str(rng.randrange(10 ** rng.randrange(1, 14)))
    if kind == 9:
        return "".join(scalar(rng) for _ in range(rng.randrange(1, 8)))
    if kind in (10, 11):
        low, high = rng.choice(SCRIPTS)
        return "".join(chr(rng.randrange(low, high + 1)) for _ in range(rng.randrange(1, 12)))
    if kind == 12:
        return "".join(
            rng.choice(LETTERS) + "".join(rng.choice(MARKS) for _ in range(rng.randrange(3)))
            for _ in range(rng.randrange(1, 6))
        )
    if kind == 13:
        return rng.choice(CONTRACTIONS)
    if kind == 14:
        return rng.choice(MARKUP)
    if kind == 15:
        return "".join(rng.choice("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»…—、。") for _ in range(rng.randrange(1, 8)))
    if kind == 16:
        return rng.choice("ab \n\t.1é中") * rng.randrange(1, 80)
    if kind == 17:
        return rng.choice(["👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "👍🏽", "☃️", "é", "e\u0301", "Å", "A\u030a", "ﬁ", "한글", "한글"])
    if kind == 18:
        return rng.choice(WORDS).upper() + rng.choice(WORDS).title()
    if kind == 19:
        return rng.choice([" ", "  ", "\n", "\n\n", " \n", "\t", "\r\n", "   \n  ", "\u00a0", "\u3000"])
    if kind == 20:
        return "%d + %d = %d" % (rng.randrange(1000), rng.randrange(1000), rng.randrange(2000))
    return rng.choice(["http://example.org/a?b=c&d=%20", "3.14159e-10", "2026-11-30T12:00:00Z", "a@b.de"])


def lines(count, seed=1):
    rng = random.Random(seed)
    for _ in range(count):
        parts = [piece(rng) for _ in range(rng.randrange(1, 8))]
        yield rng.choice(["", "", " "]).join(parts)
