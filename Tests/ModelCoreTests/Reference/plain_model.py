"""The models of ModelCoreTests in plain PyTorch, a sequence at a time.

Tensors carry Hugging Face's names and layouts ([out, in] for linears); `short_conv.weight` is
[width, channels], and row j multiplies the input j tokens back.
"""

import math

import torch


def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def rotate(x, theta):  # [T, heads, head_dim], positions 0..T-1
    size = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, size, 2, dtype=x.dtype) / size)
    angles = torch.arange(x.shape[0], dtype=x.dtype)[:, None] * frequencies
    cos = torch.cat([angles.cos(), angles.cos()], -1)[:, None]
    sin = torch.cat([angles.sin(), angles.sin()], -1)[:, None]
    return x * cos + torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1) * sin


def attention(q, k, v, window):  # [T, heads, head_dim]
    length, heads, size = q.shape
    k, v = (t.repeat_interleave(heads // t.shape[1], 1) for t in (k, v))
    scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(size)
    row, column = torch.arange(length)[:, None], torch.arange(length)
    visible = column <= row
    if window is not None:
        visible &= column > row - window
    probabilities = scores.masked_fill(~visible, -torch.inf).softmax(-1)
    return torch.einsum("hij,jhd->ihd", probabilities, v)


def short_convolution(x, weight):  # [T, C], [width, C]
    width, length = len(weight), len(x)
    padded = torch.cat([torch.zeros(width - 1, x.shape[1], dtype=x.dtype), x])
    return sum(weight[j] * padded[width - 1 - j : width - 1 - j + length] for j in range(width))


def hidden_states(w, c, tokens):
    """[T] to [T, hidden]. `c` holds the members of a configuration, `plan` each layer's mixer."""
    epsilon, head = c["rms_norm_eps"], c["head_dim"]
    x = w["model.embed_tokens.weight"][tokens]
    for layer, mixer in enumerate(c["plan"]):
        p = f"model.layers.{layer}."

        def linear(name, h):
            y = h @ w[p + name + ".weight"].T
            return y + w[p + name + ".bias"] if p + name + ".bias" in w else y

        def heads(letter, h):
            y = linear(f"self_attn.{letter}_proj", h).view(len(tokens), -1, head)
            norm = w.get(p + f"self_attn.{letter}_norm.weight")
            return y if norm is None else rms_norm(y, norm, epsilon)

        if p + "short_conv.weight" in w:
            h = rms_norm(x, w[p + "short_conv_norm.weight"], epsilon)
            x = x + short_convolution(h, w[p + "short_conv.weight"])
        h = rms_norm(x, w[p + "input_layernorm.weight"], epsilon)
        theta = c["rope_theta"]
        q, k, v = rotate(heads("q", h), theta), rotate(heads("k", h), theta), heads("v", h)
        mixed = attention(q, k, v, c["sliding_window"] if mixer == "sliding" else None)
        x = x + linear("self_attn.o_proj", mixed.reshape(len(tokens), -1))
        h = rms_norm(x, w[p + "post_attention_layernorm.weight"], epsilon)
        gated = torch.nn.functional.silu(linear("mlp.gate_proj", h)) * linear("mlp.up_proj", h)
        x = x + linear("mlp.down_proj", gated)
    return rms_norm(x, w["model.norm.weight"], epsilon)


def logits(w, c, tokens):
    table = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    return hidden_states(w, c, tokens) @ table.T
