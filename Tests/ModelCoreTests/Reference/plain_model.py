"""The models of ModelCoreTests in plain PyTorch, a sequence at a time.

Tensors carry Hugging Face's names and layouts ([out, in] for linears); `short_conv.weight` is
[width, channels], and row j multiplies the input j tokens back.
"""

import functools
import math

import torch
import torch.nn.functional as F


def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def frequencies(size, theta, scaling):
    """The frequency of every pair of a head, and the factor of cosines and sines."""
    plain = theta ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    kind = scaling and scaling["rope_type"]
    if kind is None:
        return plain, 1.0
    factor = scaling["factor"]
    if kind == "linear":
        return plain / factor, 1.0
    length = scaling["original_max_position_embeddings"]
    if kind == "llama3":
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        share = ((length * plain / (2 * math.pi) - low) / (high - low)).clamp(0, 1)
        return (1 - share) * plain / factor + share * plain, 1.0
    assert kind == "yarn"
    first, last = (
        size * math.log(length / (turns * 2 * math.pi)) / (2 * math.log(theta))
        for turns in (scaling.get("beta_fast", 32), scaling.get("beta_slow", 1))
    )
    first, last = max(math.floor(first), 0), min(math.ceil(last), size - 1)
    share = ((torch.arange(size // 2, dtype=torch.float64) - first) / (last - first)).clamp(0, 1)
    return share * plain / factor + (1 - share) * plain, 0.1 * math.log(factor) + 1


def rotate(x, turns, amplitude):  # [T, heads, head_dim], positions 0..T-1
    size = x.shape[-1]
    angles = torch.arange(x.shape[0], dtype=x.dtype)[:, None] * turns
    cos = amplitude * torch.cat([angles.cos(), angles.cos()], -1)[:, None]
    sin = amplitude * torch.cat([angles.sin(), angles.sin()], -1)[:, None]
    return x * cos + torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1) * sin


def attention(q, k, v, window, scalar):  # [T, heads, head_dim]
    length, heads, size = q.shape
    k, v = (t.repeat_interleave(heads // t.shape[1], 1) for t in (k, v))
    scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(scalar or size)
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
    head, is_gemma = c["head_dim"], c["model_type"] == "gemma3_text"
    activation = functools.partial(F.gelu, approximate="tanh") if is_gemma else F.silu
    x = w["model.embed_tokens.weight"][tokens]
    if is_gemma:
        x = x * math.sqrt(c["hidden_size"])

    def norm(h, name):
        return rms_norm(h, w[name + ".weight"] + (1 if is_gemma else 0), c["rms_norm_eps"])

    for layer, mixer in enumerate(c["plan"]):
        p = f"model.layers.{layer}."

        def linear(name, h):
            y = h @ w[p + name + ".weight"].T
            return y + w[p + name + ".bias"] if p + name + ".bias" in w else y

        def heads(letter, h):
            y = linear(f"self_attn.{letter}_proj", h).view(len(tokens), -1, head)
            name = p + f"self_attn.{letter}_norm"
            return norm(y, name) if name + ".weight" in w else y

        if p + "short_conv.weight" in w:
            h = norm(x, p + "short_conv_norm")
            x = x + short_convolution(h, w[p + "short_conv.weight"])
        h = norm(x, p + "input_layernorm")
        is_local = is_gemma and mixer == "sliding"
        theta = c["rope_local_base_freq"] if is_local else c["rope_theta"]
        turns = frequencies(head, theta, None if is_local else c.get("rope_scaling"))
        q, k, v = rotate(heads("q", h), *turns), rotate(heads("k", h), *turns), heads("v", h)
        window = c["sliding_window"] if mixer == "sliding" else None
        mixed = attention(q, k, v, window, c.get("query_pre_attn_scalar"))
        y = linear("self_attn.o_proj", mixed.reshape(len(tokens), -1))
        x = x + (norm(y, p + "post_attention_layernorm") if is_gemma else y)
        h = norm(x, p + ("pre_feedforward" if is_gemma else "post_attention") + "_layernorm")
        gated = activation(linear("mlp.gate_proj", h)) * linear("mlp.up_proj", h)
        y = linear("mlp.down_proj", gated)
        x = x + (norm(y, p + "post_feedforward_layernorm") if is_gemma else y)
    return norm(x, "model.norm")


def logits(w, c, tokens):
    table = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    return hidden_states(w, c, tokens) @ table.T
