"""Freezes what every operation of the tape gives in plain PyTorch and float64.

    python freeze_operations.py

writes operations.safetensors beside this file. For a case NAME of TensorCoreTests/Operations it
holds the inputs as float32 (NAME.in.INPUT), and as float64 the output (NAME.output), the gradient
that was sent back (NAME.seed, values of float32) and what arrived at every input that learns
(NAME.grad.INPUT). It was run with torch 2.15. The random numbers of a case depend on its name alone,
so that a new case leaves the others as they were.
"""

import json
import pathlib
import struct
import zlib

import torch
import torch.nn.functional as F

LENGTHS = [5, 1, 0, 35, 3]
TOKENS = sum(LENGTHS)
THETA = 100.0


def sequences():
    start = 0
    for length in LENGTHS:
        yield slice(start, start + length)
        start += length


def rotary(x, heads):
    half = x.shape[1] // heads // 2
    position = torch.cat([torch.arange(length) for length in LENGTHS]).double()
    angle = position[:, None] * THETA ** (-torch.arange(half).double() / half)
    cos, sin = angle.cos()[:, None], angle.sin()[:, None]
    first, second = x.view(TOKENS, heads, 2, half).unbind(2)
    return torch.stack([first * cos - second * sin, second * cos + first * sin], 2).reshape(x.shape)


def attention(q, k, v, heads, kv_heads, window=None):
    size = q.shape[1] // heads
    outputs = []
    for rows in sequences():
        length = rows.stop - rows.start
        if length == 0:
            continue
        query, key, value = (
            t[rows].view(length, n, size).transpose(0, 1)
            for t, n in ((q, heads), (k, kv_heads), (v, kv_heads))
        )
        distance = torch.arange(length)[:, None] - torch.arange(length)[None]
        seen = (distance >= 0) & (distance < (window or length))
        y = F.scaled_dot_product_attention(query, key, value, attn_mask=seen, enable_gqa=True)
        outputs.append(y.transpose(0, 1).reshape(length, -1))
    return torch.cat(outputs)


def short_convolution(x, weight):
    width, channels = weight.shape
    # PyTorch correlates: the last tap of its kernel multiplies the current token.
    kernel = weight.flip(0).t()[:, None]
    parts = [
        F.conv1d(F.pad(x[rows].t(), (width - 1, 0)), kernel, groups=channels).t()
        for rows in sequences()
        if rows.stop > rows.start
    ]
    return torch.cat(parts)


def log_probabilities(hidden, table, rows, targets, temperature, banned):
    logits = hidden[rows] @ table.t() / temperature
    logits[:, banned] = -torch.inf
    return logits.log_softmax(1)[torch.arange(len(rows)), targets]


def swiglu(gate, up):
    return F.silu(gate) * up


def geglu(gate, up):
    return F.gelu(gate, approximate="tanh") * up


# Case: (inputs as name: (shape, scale, mean)), function.
CASES = {
    "embedding": ({"table": ([6, 19], 1, 0)}, lambda table: table[[3, 0, 3, 5, 3]]),
    "linear": (
        {"x": ([7, 21], 1, 0), "weight": ([21, 18], 1, 0)},
        lambda x, weight: x @ weight,
    ),
    "linear with bias": (
        {"x": ([13, 40], 1, 0), "weight": ([40, 35], 1, 0), "bias": ([35], 1, 0)},
        lambda x, weight, bias: x @ weight + bias,
    ),
    "add": ({"left": ([5, 37], 1, 0), "right": ([5, 37], 1, 0)}, lambda a, b: a + b),
    "rms norm": (
        {"x": ([5, 37], 1, 0), "weight": ([37], 0.3, 1)},
        lambda x, weight: F.rms_norm(x, [37], weight, eps=1e-5),
    ),
    "swiglu": ({"gate": ([3, 23], 3, 0), "up": ([3, 23], 1, 0)}, swiglu),
    "geglu": ({"gate": ([3, 23], 3, 0), "up": ([3, 23], 1, 0)}, geglu),
    "recomputed": (
        {"x": ([9, 12], 1, 0), "gate": ([12, 10], 0.5, 0), "up": ([12, 10], 0.5, 0)},
        lambda x, gate, up: swiglu(x @ gate, x @ up),
    ),
    "custom": ({"x": ([6, 11], 1, 0)}, lambda x: x * x),
    "rotary": ({"x": ([TOKENS, 18], 1, 0)}, lambda x: rotary(x, 3)),
    "attention": (
        {name: ([TOKENS, 12], 1, 0) for name in ("query", "key", "value")},
        lambda q, k, v: attention(q, k, v, 2, 2),
    ),
    "attention, grouped": (
        {"query": ([TOKENS, 24], 1, 0), "key": ([TOKENS, 12], 1, 0), "value": ([TOKENS, 12], 1, 0)},
        lambda q, k, v: attention(q, k, v, 4, 2),
    ),
    "attention, one key head": (
        {"query": ([TOKENS, 30], 1, 0), "key": ([TOKENS, 10], 1, 0), "value": ([TOKENS, 10], 1, 0)},
        lambda q, k, v: attention(q, k, v, 3, 1),
    ),
    "attention, window": (
        {"query": ([TOKENS, 12], 1, 0), "key": ([TOKENS, 6], 1, 0), "value": ([TOKENS, 6], 1, 0)},
        lambda q, k, v: attention(q, k, v, 2, 1, window=11),
    ),
    "short convolution": (
        {"x": ([TOKENS, 18], 1, 0), "weight": ([4, 18], 1, 0)},
        short_convolution,
    ),
    "log probabilities": (
        {"hidden": ([6, 20], 0.5, 0), "table": ([23, 20], 0.5, 0)},
        lambda hidden, table: log_probabilities(
            hidden, table, [0, 2, 2, 5], [1, 4, 22, 0], 1.0, []
        ),
    ),
    "log probabilities, tempered and banned": (
        {"hidden": ([6, 20], 0.5, 0), "table": ([23, 20], 0.5, 0)},
        lambda hidden, table: log_probabilities(
            hidden, table, [0, 2, 2, 5], [1, 4, 22, 0], 0.8, [7, 8]
        ),
    ),
}


def noise(generator, shape, scale, mean):
    # Rounded to float32, since that is what the file holds and the library reads.
    values = torch.randn(*shape, generator=generator, dtype=torch.float64) * scale + mean
    return values.float().double()


def frozen_case(name, inputs, function):
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    tensors = {}
    for key, (shape, scale, mean) in inputs.items():
        tensors[key] = noise(generator, shape, scale, mean).requires_grad_()
    output = function(*tensors.values())
    seed = noise(generator, output.shape, 1, 0)
    output.backward(seed)
    yield f"{name}.output", output
    yield f"{name}.seed", seed
    for key, tensor in tensors.items():
        yield f"{name}.in.{key}", tensor.float()
        yield f"{name}.grad.{key}", tensor.grad


SIZES, STEPS, MAX_NORM = [37, 5, 1], 5, 2.0


def frozen_updates():
    """Clipped AdamW steps as torch.nn.utils and torch.optim do them, with a changing rate."""
    generator = torch.Generator().manual_seed(zlib.crc32(b"updates"))
    parameters = [noise(generator, [size], 1, 0).requires_grad_() for size in SIZES]
    for index, parameter in enumerate(parameters):
        yield f"updates.in.{index}", parameter.detach().clone().float()
    optimizer = torch.optim.AdamW(parameters, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    norms = []
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = 0.01 * (step + 1)
        for index, parameter in enumerate(parameters):
            # The first two steps are below the clipping norm.
            parameter.grad = noise(generator, parameter.shape, 0.2 if step < 2 else 1, 0)
            yield f"updates.gradient.{step}.{index}", parameter.grad.clone().float()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, MAX_NORM))
        for index, parameter in enumerate(parameters):
            yield f"updates.clipped.{step}.{index}", parameter.grad.clone()
        optimizer.step()
        for index, parameter in enumerate(parameters):
            yield f"updates.parameter.{step}.{index}", parameter.detach().clone()
    for index, parameter in enumerate(parameters):
        yield f"updates.first.{index}", optimizer.state[parameter]["exp_avg"]
        yield f"updates.second.{index}", optimizer.state[parameter]["exp_avg_sq"]
    yield "updates.norm", torch.stack(norms)


def save(tensors, path):
    header, parts, offset = {}, [], 0
    for name in sorted(tensors):
        values = tensors[name].detach().contiguous().numpy()
        kind = {"float32": "F32", "float64": "F64"}[str(values.dtype)]
        payload = values.tobytes()
        header[name] = {
            "dtype": kind,
            "shape": list(values.shape),
            "data_offsets": [offset, offset + len(payload)],
        }
        parts.append(payload)
        offset += len(payload)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


if __name__ == "__main__":
    torch.set_num_threads(1)
    frozen = dict(frozen_updates())
    for name, (inputs, function) in CASES.items():
        frozen.update(frozen_case(name, inputs, function))
    save(frozen, pathlib.Path(__file__).with_name("operations.safetensors"))
