"""A training step of PyTorch: forward, backward, clipping, AdamW on a Llama of transformers."""

from common import MODEL_TRAIN, SHAPES, arguments, decoder, repeated, report


def main() -> None:
    options = arguments(__doc__, ["eager", "compile", "eager-bf16", "compile-bf16"])
    import torch

    torch.set_num_threads(options.threads)
    sequences, length = MODEL_TRAIN if options.model else SHAPES[options.shape].train
    model = decoder(options, positions=length, use_cache=False)
    forward = torch.compile(model) if options.mode.startswith("compile") else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    tokens = torch.randint(0, model.config.vocab_size, (sequences, length))

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.mode.endswith("bf16")):
            loss = forward(input_ids=tokens, labels=tokens).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    for _ in range(2):
        step()
    report(torch.__version__, sequences * length, repeated(step, options.seconds))


if __name__ == "__main__":
    main()
