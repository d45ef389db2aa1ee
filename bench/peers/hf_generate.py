"""Batched sampling with `generate` of transformers, at temperature 1 from the whole vocabulary."""

from common import arguments, decoder, repeated, report, sampling


def main() -> None:
    options = arguments(__doc__, ["fp32", "bf16", "compile", "compile-bf16"])
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    sequences, prompt_length, new_tokens = sampling(options)
    model = decoder(options, positions=prompt_length + new_tokens).eval()
    if options.mode.endswith("bf16"):
        model = model.to(torch.bfloat16)
    more = {}
    if options.mode.startswith("compile"):
        # Compiled code needs shapes that stay, which the static cache gives it.
        model.forward = torch.compile(model.forward)
        more["cache_implementation"] = "static"
    prompts = torch.randint(3, model.config.vocab_size, (sequences, prompt_length))
    mask = torch.ones_like(prompts)

    def generate() -> None:
        with torch.no_grad():
            output = model.generate(
                prompts, attention_mask=mask, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                max_new_tokens=new_tokens, min_new_tokens=new_tokens, pad_token_id=0,
                eos_token_id=None, **more,
            )
        assert output.shape[1] == prompt_length + new_tokens

    generate()
    tokens = prompt_length if options.read else sequences * new_tokens
    report(transformers.__version__, tokens, repeated(generate, options.seconds))


if __name__ == "__main__":
    main()
