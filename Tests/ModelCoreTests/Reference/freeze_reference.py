"""Freezes the reference values of ModelCoreTests, in plain PyTorch and float64.

    python freeze_reference.py

writes reference.safetensors beside this file: the weights, the tokens, and for every variant of the
model the loss, the logits, the gradient of every tensor, and the losses of a few AdamW steps. It was
run with torch 2.15. Tensors carry Hugging Face's Llama names and layouts ([out, in] for linears).
"""

import json
import math
import pathlib
import struct

import torch

HIDDEN, LAYERS, HEADS, KV_HEADS, INTERMEDIATE, VOCAB = 32, 2, 4, 2, 48, 23
CONV, EPSILON, THETA, TEMPERATURE = 4, 1e-6, 10000.0, 0.8
LENGTHS = [7, 1, 12, 5]
STEPS, LEARNING_RATE, BETAS, ADAM_EPSILON, DECAY, MAX_NORM = 5, 1e-2, (0.9, 0.98), 1e-8, 0.01, 1.0
HEAD = HIDDEN // HEADS


def new_weights(generator):
    def normal(*shape, scale):
        # Rounded to float32, since that is what the file holds.
        return (torch.randn(*shape, generator=generator, dtype=torch.float64) * scale).float().double()

    weights = {"model.embed_tokens.weight": normal(VOCAB, HIDDEN, scale=0.5)}
    for layer in range(LAYERS):
        p = f"model.layers.{layer}."
        weights[p + "short_conv_norm.weight"] = 1 + normal(HIDDEN, scale=0.1)
        weights[p + "short_conv.weight"] = normal(CONV, HIDDEN, scale=0.3)
        weights[p + "input_layernorm.weight"] = 1 + normal(HIDDEN, scale=0.1)
        weights[p + "self_attn.q_proj.weight"] = normal(HIDDEN, HIDDEN, scale=0.3)
        weights[p + "self_attn.k_proj.weight"] = normal(KV_HEADS * HEAD, HIDDEN, scale=0.3)
        weights[p + "self_attn.v_proj.weight"] = normal(KV_HEADS * HEAD, HIDDEN, scale=0.3)
        weights[p + "self_attn.o_proj.weight"] = normal(HIDDEN, HIDDEN, scale=0.2)
        weights[p + "post_attention_layernorm.weight"] = 1 + normal(HIDDEN, scale=0.1)
        weights[p + "mlp.gate_proj.weight"] = normal(INTERMEDIATE, HIDDEN, scale=0.2)
        weights[p + "mlp.up_proj.weight"] = normal(INTERMEDIATE, HIDDEN, scale=0.2)
        weights[p + "mlp.down_proj.weight"] = normal(HIDDEN, INTERMEDIATE, scale=0.2)
    weights["model.norm.weight"] = 1 + normal(HIDDEN, scale=0.1)
    weights["lm_head.weight"] = normal(VOCAB, HIDDEN, scale=0.2)
    return {name: value.float().double() for name, value in weights.items()}


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * weight


def rotate(x):  # [T, heads, HEAD], positions 0..T-1
    frequencies = THETA ** (-torch.arange(0, HEAD, 2, dtype=torch.float64) / HEAD)
    angles = torch.arange(x.shape[0], dtype=torch.float64)[:, None] * frequencies
    cos = torch.cat([angles.cos(), angles.cos()], -1)[:, None]
    sin = torch.cat([angles.sin(), angles.sin()], -1)[:, None]
    half = HEAD // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def attention(q, k, v):  # [T, heads, HEAD]
    length = q.shape[0]
    k, v = (t.repeat_interleave(HEADS // KV_HEADS, 1) for t in (k, v))
    scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(HEAD)
    mask = torch.full((length, length), -torch.inf, dtype=torch.float64).triu(1)
    return torch.einsum("hij,jhd->ihd", (scores + mask).softmax(-1), v)


def forward(w, tokens, conv):  # one sequence: [T] to [T, HIDDEN]
    length = len(tokens)
    x = w["model.embed_tokens.weight"][tokens]
    for layer in range(LAYERS):
        p = f"model.layers.{layer}."
        if conv:
            h = rms_norm(x, w[p + "short_conv_norm.weight"])
            padded = torch.cat([torch.zeros(CONV - 1, HIDDEN, dtype=torch.float64), h])
            x = x + sum(
                w[p + "short_conv.weight"][j] * padded[CONV - 1 - j : CONV - 1 - j + length]
                for j in range(CONV)
            )
        h = rms_norm(x, w[p + "input_layernorm.weight"])
        q = (h @ w[p + "self_attn.q_proj.weight"].T).view(length, HEADS, HEAD)
        k = (h @ w[p + "self_attn.k_proj.weight"].T).view(length, KV_HEADS, HEAD)
        v = (h @ w[p + "self_attn.v_proj.weight"].T).view(length, KV_HEADS, HEAD)
        out = attention(rotate(q), rotate(k), v).reshape(length, HIDDEN)
        x = x + out @ w[p + "self_attn.o_proj.weight"].T
        h = rms_norm(x, w[p + "post_attention_layernorm.weight"])
        gate, up = h @ w[p + "mlp.gate_proj.weight"].T, h @ w[p + "mlp.up_proj.weight"].T
        x = x + (torch.nn.functional.silu(gate) * up) @ w[p + "mlp.down_proj.weight"].T
    return rms_norm(x, w["model.norm.weight"])


def loss_of(w, sequences, targets, weights, conv, tied):
    table = w["model.embed_tokens.weight" if tied else "lm_head.weight"]
    logits = torch.cat([forward(w, s, conv) for s in sequences]) @ table.T
    chosen = (logits / TEMPERATURE).log_softmax(-1).gather(1, targets[:, None])[:, 0]
    return -(weights * chosen).sum() / len(targets), logits


def main():
    generator = torch.Generator().manual_seed(7)
    weights = new_weights(generator)
    sequences = [torch.randint(VOCAB, (n,), generator=generator) for n in LENGTHS]
    count = sum(LENGTHS)
    targets = torch.randint(VOCAB, (count,), generator=generator)
    loss_weights = torch.rand(count, generator=generator, dtype=torch.float64).float().double()

    frozen = {"weights." + name: value for name, value in weights.items()}
    frozen["tokens"] = torch.cat(sequences)
    frozen["lengths"] = torch.tensor(LENGTHS)
    frozen["targets"] = targets
    frozen["loss_weights"] = loss_weights
    for conv in (False, True):
        for tied in (False, True):
            variant = ("conv" if conv else "plain") + ("_tied" if tied else "_untied") + "."
            names = [
                n for n in weights if (conv or "short_conv" not in n) and not (tied and n == "lm_head.weight")
            ]
            w = {n: weights[n].clone().requires_grad_() for n in names}
            loss, logits = loss_of(w, sequences, targets, loss_weights, conv, tied)
            loss.backward()
            frozen[variant + "loss"] = loss.detach().reshape(1)
            frozen[variant + "logits"] = logits.detach()
            for name in names:
                frozen[variant + "gradient." + name] = w[name].grad.clone()

            optimizer = torch.optim.AdamW(
                w.values(), lr=LEARNING_RATE, betas=BETAS, eps=ADAM_EPSILON, weight_decay=DECAY
            )
            losses = []
            for _ in range(STEPS):
                optimizer.zero_grad()
                loss, _ = loss_of(w, sequences, targets, loss_weights, conv, tied)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(w.values(), MAX_NORM)
                optimizer.step()
                losses.append(loss.item())
            frozen[variant + "adamw_losses"] = torch.tensor(losses, dtype=torch.float64)

    header, body = {}, b""
    for name in sorted(frozen):
        data = frozen[name].float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(frozen[name].shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = pathlib.Path(__file__).with_name("reference.safetensors")
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


main()
