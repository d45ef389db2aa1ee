"""Batched sampling with `generate` of transformers, at temperature 1 from the whole vocabulary."""

from common import SHAPES, arguments, llama, repeated, report
from shapes import PROMPT_LENGTH


def main() -> None:
    options = arguments(__doc__, ["fp32", "bf16", "compile", "compile-bf16"])
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    shape = SHAPES[options.shape]
    sequences, new_tokens = shape.sample
    model = llama(shape, positions=PROMPT_LENGTH + new_tokens).eval()
    if options.mode.endswith("bf16"):
        model = model.to(torch.bfloat16)
    more = {}
    if options.mode.startswith("compile"):
        # Compiled code needs shapes that stay, which the static cache gives it.
        model.forward = torch.compile(model.forward)
        more["cache_implementation"] = "static"
    prompts = torch.randint(3, shape.vocabulary, (sequences, PROMPT_LENGTH))
    mask = torch.ones_like(prompts)

    def generate() -> None:
        with torch.no_grad():
            output = model.generate(
                prompts, attention_mask=mask, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                max_new_tokens=new_tokens, min_new_tokens=new_tokens, pad_token_id=0,
                eos_token_id=None, **more,
            )
        assert output.shape[1] == PROMPT_LENGTH + new_tokens

    generate()
    report(transformers.__version__, sequences * new_tokens, repeated(generate, options.seconds))


if __name__ == "__main__":
    main()
