"""Writes the table of character classes that Laconic's tokenizers read: asks `tokenizers` itself
which class it has for every scalar, because its parts are of several versions of Unicode.

    python unicode_classes.py > ../../Sources/ModelCore/Tokenizers/Patterns/CharacterRuns.swift

`\\p{...}` and `\\w` are Oniguruma's, as Split reads patterns; `rustWord`, `numeric` and
`punctuation` are those of Rust's crates, as the other pre-tokenizers use them.
"""
import sys
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
TEXT = "".join(map(chr, SCALARS))
CATEGORIES = (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn".split()
)


def removed(pre_tokenizer):
    """The scalars that a pre-tokenizer takes out of a text."""
    kept = set()
    for piece, _ in pre_tokenizer.pre_tokenize_str(TEXT):
        kept.update(map(ord, piece))
    return set(SCALARS) - kept


def matching(pattern):
    return removed(pre_tokenizers.Split(Regex(pattern), "removed"))


def alone(pre_tokenizer, between):
    """The scalars that stand alone when another scalar is put between all of them."""
    pieces = pre_tokenizer.pre_tokenize_str(between.join(map(chr, SCALARS)))
    return {ord(piece) for piece, _ in pieces if len(piece) == 1 and piece != between}


def composing():
    """The scalars that make it necessary to normalise a text to NFC (a few too many do no harm)."""
    second = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    for c in SCALARS:
        parts = unicodedata.decomposition(chr(c))
        if parts and not parts.startswith("<") and " " in parts:
            second.add(int(parts.split()[1], 16))
    return {
        c
        for c in SCALARS
        if c in second
        or unicodedata.combining(chr(c))
        or unicodedata.normalize("NFC", chr(c)) != chr(c)
    }


def changed(normalizer):
    """The scalars that a normalizer changes, without the syllables of Hangul."""
    texts = {c: chr(c) for c in SCALARS if not 0xAC00 <= c < 0xD7A4}
    return {c for c, text in texts.items() if normalizer.normalize_str(text) != text}


def runs(value):
    """Lengths of runs of equal values over all code points, with the value of each."""
    result = []
    for c in range(0x110000):
        now = value(c)
        if result and result[-1][0] == now:
            result[-1][1] += 1
        else:
            result.append([now, 1])
    return result


def base36(number):
    digits = ""
    while number:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
        number //= 36
    return digits


def literal(words, indent="    "):
    """A Swift string literal over several lines."""
    lines, line = [], ""
    for word in words:
        if len(indent) + len(line) + len(word) + 2 > 98:
            lines.append(line + " \\")
            line = ""
        line += (" " if line else "") + word
    lines.append(line)
    quotes = '"""'
    return quotes + "\n" + "\n".join(indent + l for l in lines) + "\n" + indent + quotes


category = {}
for name in CATEGORIES:
    for c in matching(r"\p{%s}" % name):
        assert c not in category, (hex(c), name, category[c])
        category[c] = name
letter = {name: chr(ord("A") + i) if i < 26 else "!#$"[i - 26] for i, name in enumerate(CATEGORIES)}
flags = {
    "whitespace": matching(r"\s"),
    "word": matching(r"\w"),
    "rustWord": set(SCALARS)
    - alone(pre_tokenizers.Whitespace(), "a")
    - removed(pre_tokenizers.WhitespaceSplit())
    | {ord("a")},
    "numeric": alone(pre_tokenizers.Digits(individual_digits=True), "a"),
    "punctuation": removed(pre_tokenizers.Punctuation("removed")),
    "composing": composing(),
}
canonical = changed(normalizers.NFD())
sets = {
    **flags,
    "decomposing": canonical,
    "compatible": changed(normalizers.NFKD()),
    "composites": canonical - changed(normalizers.NFC()),
}
assert removed(pre_tokenizers.WhitespaceSplit()) == flags["whitespace"]

print(f"// Written by bench/tokenizers/unicode_classes.py from tokenizers {tokenizers.__version__}.")
print()
print("/// The character classes of huggingface/tokenizers, as lengths of runs in base 36.")
print("enum CharacterRuns {")
print("  /// The general categories, in the order of their letters in `categories`.")
print("  static let names = [")
for start in range(0, len(CATEGORIES), 15):
    print("    " + ", ".join(f'"{n}"' for n in CATEGORIES[start : start + 15]) + ",")
print("  ]")
print("  /// The letter of each category, in the order of `names`.")
print('  static let letters = "' + "".join(letter[n] for n in CATEGORIES) + '"')
print("  /// A run is the letter of its category and its length.")
words = [letter[v] + base36(n) for v, n in runs(lambda c: category.get(c, "Cn"))]
print("  static let categories = " + literal(words))
for name, members in sets.items():
    found = runs(lambda c: c in members)
    assert not found[0][0]
    print(f"  /// Runs of scalars outside and inside the class, in turns; {len(members)} are inside.")
    print(f"  static let {name} = " + literal([base36(n) for _, n in found]))
print("}")
