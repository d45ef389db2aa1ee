"""Small tokenizers of the shapes that models use, trained with `tokenizers` on mixed text."""
import json

import corpus
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

CAPITALS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CAPITALS + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST
QWEN2 = CAPITALS + r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST
QWEN35 = (
    CAPITALS + r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
DEEPSEEK = [
    r"\p{N}{1,3}",
    r"[一-龥぀-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
]


def special(*texts):
    return [AddedToken(t, special=True, normalized=False) for t in texts]


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def byte_level(prefix=False, use_regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=use_regex)


def train(tokenizer, size, byte=True, **options):
    alphabet = pre_tokenizers.ByteLevel.alphabet() if byte else []
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=sorted(alphabet), show_progress=False, **options
    )
    tokenizer.train_from_iterator(corpus.lines(4000, seed=7), trainer)


def edited(tokenizer, change):
    """The same tokenizer with its file changed."""
    file = json.loads(tokenizer.to_str())
    change(file)
    return Tokenizer.from_str(json.dumps(file))


def gpt2(size):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = byte_level(use_regex=True)
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    train(t, size)
    t.add_special_tokens(special("<|endoftext|>"))
    return t


def smollm2(size):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), byte_level(use_regex=True)]
    )
    t.decoder = decoders.ByteLevel()
    train(t, size, special_tokens=special("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    return t


def llama3(size):
    t = Tokenizer(models.BPE(ignore_merges=True))
    t.pre_tokenizer = pre_tokenizers.Sequence([split(LLAMA3), byte_level()])
    t.decoder = decoders.ByteLevel()
    train(t, size)
    t.add_special_tokens(special("<|begin_of_text|>", "<|eot_id|>"))
    begin = t.token_to_id("<|begin_of_text|>")
    t.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(
                single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
                special_tokens=[("<|begin_of_text|>", begin)],
            ),
        ]
    )
    return t


def qwen2(size, pattern=QWEN2):
    t = Tokenizer(models.BPE())
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([split(pattern), byte_level()])
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    train(t, size)
    t.add_special_tokens(special("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    t.add_tokens([AddedToken(x, normalized=False) for x in ("<think>", "</think>", "<tool_call>")])
    return t


def deepseek(size):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.Sequence([split(p) for p in DEEPSEEK] + [byte_level()])
    t.decoder = decoders.ByteLevel()
    train(t, size)
    return t


BYTES = ["<0x%02X>" % b for b in range(256)]


def with_bytes(tokenizer, fuse=True):
    """Byte tokens and an unknown token at the beginning of the vocabulary, as Gemma has them."""

    def change(file):
        model = file["model"]
        first = ["<pad>", "<eos>", "<bos>", "<unk>"] + BYTES
        rest = sorted((i, t) for t, i in model["vocab"].items() if t not in first)
        model["vocab"] = {t: i for i, t in enumerate(first + [t for _, t in rest])}
        model.update(byte_fallback=True, fuse_unk=fuse, unk_token="<unk>")

    return edited(tokenizer, change)


def gemma(size):
    t = Tokenizer(models.BPE())
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    # Training needs words; the tokenizer has none, since its normalizer leaves no spaces.
    words = Tokenizer(models.BPE())
    words.normalizer = normalizers.Replace(" ", "▁")
    words.pre_tokenizer = split("▁", "merged_with_next")
    train(words, size, byte=False, limit_alphabet=400)
    t.model = words.model
    t = with_bytes(t)
    t.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    t.add_special_tokens(special("<pad>", "<eos>", "<bos>", "<unk>", "<mask>"))
    t.add_tokens(
        [AddedToken(x, normalized=False) for x in ("\n\n", "\n\n\n", "▁▁", "▁▁▁", "<h1>", "</h1>")]
    )
    t.post_processor = processors.TemplateProcessing(
        single="<bos> $A", pair="<bos> $A <bos>:1 $B:1", special_tokens=[("<bos>", 2)]
    )
    return t


def llama2(size):
    t = Tokenizer(models.BPE())
    t.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    words = Tokenizer(models.BPE())
    words.normalizer = normalizers.Replace(" ", "▁")
    words.pre_tokenizer = split("▁", "merged_with_next")
    train(words, size, byte=False, limit_alphabet=300)
    t.model = words.model
    t = with_bytes(t)
    t.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    t.add_special_tokens(special("<unk>", "<bos>", "<eos>"))
    t.add_tokens([AddedToken("<mark>", normalized=True), AddedToken("</s>", normalized=False)])
    return t


def metaspace(size, scheme="always", cut=True):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=scheme == "first"))
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace("▁", scheme, split=cut)
    t.decoder = decoders.Metaspace("▁", scheme)
    train(t, size, byte=False, limit_alphabet=200, special_tokens=special("<unk>"))
    t.add_special_tokens(special("<s>", "</s>"))
    t.add_tokens([AddedToken("<mark>", normalized=True)])
    return t


def words(size, parts, behavior="isolated", normalizer=None):
    """Other pre-tokenizers and normalizers, with flags of added tokens."""
    t = Tokenizer(models.BPE(unk_token="<unk>"))
    if normalizer:
        t.normalizer = normalizer
    t.pre_tokenizer = pre_tokenizers.Sequence(parts)
    train(t, size, byte=False, limit_alphabet=200, special_tokens=special("<unk>"))
    t.add_special_tokens(special("<eos>"))
    t.add_tokens(
        [
            AddedToken("<mark>", lstrip=True, rstrip=True, normalized=False),
            AddedToken("word", single_word=True, normalized=False),
            AddedToken("<|im_end|>", rstrip=True, normalized=False),
            AddedToken("<think>", lstrip=True, normalized=False),
            AddedToken("Question", single_word=True, normalized=True),
            AddedToken("the", normalized=True), AddedToken("then", normalized=True),
        ]
    )
    return t


P = pre_tokenizers
N = normalizers
SHAPES = {
    "gpt2": gpt2,
    "smollm2": smollm2,
    "llama3": llama3,
    "qwen2": qwen2,
    "qwen35": lambda size: qwen2(size, QWEN35),
    "o200k": lambda size: qwen2(size, O200K),
    "deepseek": deepseek,
    "gemma": gemma,
    "llama2": llama2,
    "metaspace_always": metaspace,
    "metaspace_first": lambda size: metaspace(size, "first"),
    "metaspace_never": lambda size: metaspace(size, "never", False),
    "whitespace": lambda size: words(size, [P.Whitespace()], normalizer=N.Lowercase()),
    "whitespace_split": lambda size: words(
        size, [P.WhitespaceSplit(), P.Punctuation("contiguous")], normalizer=N.NFKD()
    ),
    "punctuation": lambda size: words(
        size, [P.Punctuation("merged_with_previous"), P.Digits(individual_digits=False)],
        normalizer=N.Sequence([N.Strip(left=True, right=True), N.NFD()]),
    ),
    "split_next": lambda size: words(
        size, [split(r"\d+", "merged_with_next"), split("e", "removed")],
        normalizer=N.Replace(Regex(r"\s{2,}"), " "),
    ),
    "split_inverted": lambda size: words(
        size, [split(r"\p{Lu}?[\p{Ll}]+", "removed", True), split(r"[aeiou]", "contiguous")],
        normalizer=N.Strip(left=False, right=True),
    ),
    "prefix_space": lambda size: edited(
        gpt2(size), lambda f: f["pre_tokenizer"].update(add_prefix_space=True)
    ),
}

if __name__ == "__main__":
    import pathlib
    import sys

    folder, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(exist_ok=True)
    for name in sys.argv[3:] or SHAPES:
        t = SHAPES[name](size)
        t.save(str(folder / (name + ".json")), pretty=False)
        print(name, t.get_vocab_size())
