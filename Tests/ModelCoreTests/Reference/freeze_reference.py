"""Freezes the reference values of ModelCoreTests, in PyTorch and float64.

    python freeze_reference.py [MODEL ...]

writes beside this file inputs.safetensors (tokens, targets, weights of the loss) and, for every
model, a folder with config.json and model.safetensors, as transformers saves them where it knows the
model, and values.safetensors: the loss, the logits, the gradient of every tensor, and the losses of
ten AdamW steps. The values are those of transformers' own modules, which plain_model.py must equal;
of plain_model.py alone where transformers has no such model. It was run with torch 2.15 and
transformers 5.23, for the models from llama3 on 5.24. With names of models it writes only those.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

import plain_model

HERE = pathlib.Path(__file__).parent
VOCAB, TEMPERATURE = 60, 0.8
LENGTHS = [7, 1, 19, 5]
STEPS, LEARNING_RATE, BETAS, ADAM_EPSILON, DECAY, MAX_NORM = 10, 1e-2, (0.9, 0.98), 1e-8, 0.01, 1.0

COMMON = {
    "vocab_size": VOCAB, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 48, "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0, "tie_word_embeddings": True, "eos_token_id": 1, "bos_token_id": None,
}
# What differs from COMMON, and the mixers of the layers when not all attend to everything.
MODELS = {
    "llama": dict(model_type="llama", num_key_value_heads=4, tie_word_embeddings=False),
    "llama_grouped": dict(model_type="llama", head_dim=16),
    "qwen2": dict(model_type="qwen2", rope_theta=1e6),
    "qwen3": dict(model_type="qwen3", head_dim=16, tie_word_embeddings=False, rope_theta=1e6),
    "qwen3_sliding": dict(
        model_type="qwen3", num_hidden_layers=3, sliding_window=4, plan=["sliding", "full", "sliding"]
    ),
    "laconic": dict(model_type="laconic", short_conv=4),
    "laconic_sliding": dict(
        model_type="laconic", short_conv=3, sliding_window=5, plan=["full", "sliding"],
        tie_word_embeddings=False,
    ),
    "llama3": dict(
        model_type="llama", head_dim=16, rope_theta=500000.0,
        rope_scaling={
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ),
    "llama_linear": dict(
        model_type="llama", rope_scaling={"rope_type": "linear", "factor": 2.5}
    ),
    "qwen2_yarn": dict(
        model_type="qwen2", num_attention_heads=2, num_key_value_heads=1, head_dim=16,
        tie_word_embeddings=False,
        rope_scaling={
            "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32,
            "beta_fast": 4.0,
        },
    ),
    "gemma3": dict(
        model_type="gemma3_text", num_hidden_layers=3, head_dim=16, rope_theta=1e6,
        rope_local_base_freq=1e4, query_pre_attn_scalar=24, sliding_window=4,
        plan=["sliding", "full", "sliding"],
    ),
    "gemma3_linear": dict(
        model_type="gemma3_text", num_hidden_layers=2, num_key_value_heads=1, rope_theta=1e6,
        rope_local_base_freq=1e4, query_pre_attn_scalar=8, sliding_window=3,
        plan=["sliding", "full"], rope_scaling={"rope_type": "linear", "factor": 8.0},
    ),
}


def complete(changes):
    c = COMMON | {"sliding_window": None} | changes
    return {"plan": ["full"] * c["num_hidden_layers"]} | c


def in_double(body):
    """Runs transformers' modules in float64 throughout: they name float32 for norms and softmax."""
    saved = torch.float32, torch.float, torch.Tensor.float
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    try:
        return body()
    finally:
        torch.float32, torch.float, torch.Tensor.float = saved


def transformers_model(c):
    others = ("plan", "model_type", "sliding_window", "rope_scaling", "rope_local_base_freq")
    members = {k: v for k, v in c.items() if k not in others}
    rotation = c.get("rope_scaling", {"rope_type": "default"})
    members["rope_parameters"] = rotation | {"rope_theta": members.pop("rope_theta")}
    if c["model_type"] == "gemma3_text":
        members["rope_parameters"] = {
            "full_attention": members["rope_parameters"],
            "sliding_attention": {"rope_type": "default", "rope_theta": c["rope_local_base_freq"]},
        }
        members |= {
            "sliding_window": c["sliding_window"],
            "layer_types": [mixer + "_attention" for mixer in c["plan"]],
        }
    elif c["sliding_window"] is not None:
        members |= {
            "use_sliding_window": True, "sliding_window": c["sliding_window"],
            "layer_types": [mixer + "_attention" for mixer in c["plan"]],
        }
    config = transformers.AutoConfig.for_model(c["model_type"], **members)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    model = model.double().eval()
    # Kept by the constructor in float32, and computed again here as the modules would in float64.
    rotary, embedding = model.model.rotary_emb, model.model.embed_tokens
    for kind in getattr(rotary, "layer_types", None) or [None]:
        name = "inv_freq" if kind is None else kind + "_inv_freq"
        exact = in_double(lambda: exact_frequencies(rotary, config, kind))
        assert (getattr(rotary, name) - exact).abs().max() < 1e-6
        setattr(rotary, name, torch.nn.Buffer(exact, persistent=False))
    if hasattr(embedding, "scalar_embed_scale"):
        scale = torch.tensor(embedding.scalar_embed_scale, dtype=torch.float64)
        embedding.embed_scale = torch.nn.Buffer(scale, persistent=False)
    return model


def exact_frequencies(rotary, config, layer_type):
    parameters = config.rope_parameters if layer_type is None else config.rope_parameters[layer_type]
    compute = ROPE_INIT_FUNCTIONS.get(
        parameters["rope_type"], type(rotary).compute_default_rope_parameters
    )
    return compute(config, torch.device("cpu"), layer_type=layer_type)[0].double()


def plain_shapes(c):
    hidden, head, inner = c["hidden_size"], c["head_dim"], c["intermediate_size"]
    queries, keys = c["num_attention_heads"] * head, c["num_key_value_heads"] * head
    shapes = {"model.embed_tokens.weight": (VOCAB, hidden), "model.norm.weight": (hidden,)}
    if not c["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (VOCAB, hidden)
    for layer in range(c["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        shapes |= {
            p + "short_conv_norm.weight": (hidden,),
            p + "short_conv.weight": (c["short_conv"], hidden),
            p + "input_layernorm.weight": (hidden,),
            p + "self_attn.q_proj.weight": (queries, hidden),
            p + "self_attn.k_proj.weight": (keys, hidden),
            p + "self_attn.v_proj.weight": (keys, hidden),
            p + "self_attn.o_proj.weight": (hidden, queries),
            p + "post_attention_layernorm.weight": (hidden,),
            p + "mlp.gate_proj.weight": (inner, hidden),
            p + "mlp.up_proj.weight": (inner, hidden),
            p + "mlp.down_proj.weight": (hidden, inner),
        }
    return shapes


def new_weights(shapes, seed, norm=1):
    """Large enough that distributions are far from uniform; rounded to float32, as files are."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name in sorted(shapes):
        value = torch.randn(shapes[name], generator=generator, dtype=torch.float64)
        if name.endswith("norm.weight"):
            value = norm + 0.1 * value
        else:
            value = value * (0.5 if "embed" in name else 0.2)
        weights[name] = value.float().double()
    return weights


def loss_of(logits, inputs):
    chosen = (logits / TEMPERATURE).log_softmax(-1).gather(1, inputs["targets"][:, None])[:, 0]
    return -(inputs["loss_weights"] * chosen).sum() / len(chosen)


def measure(parameters, logits, inputs):
    """Loss, logits, gradients by name, and ten losses while AdamW changes the parameters."""
    values = {}
    first = logits()
    loss = loss_of(first, inputs)
    loss.backward()
    values["loss"], values["logits"] = loss.detach().reshape(1), first.detach()
    for name, parameter in parameters.items():
        values["gradient." + name] = parameter.grad.clone()
    optimizer = torch.optim.AdamW(
        parameters.values(), lr=LEARNING_RATE, betas=BETAS, eps=ADAM_EPSILON, weight_decay=DECAY
    )
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(logits(), inputs)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), MAX_NORM)
        optimizer.step()
        losses.append(loss.item())
    values["adamw_losses"] = torch.tensor(losses, dtype=torch.float64)
    return values


def plain_values(c, weights, sequences, inputs):
    w = {name: value.clone().requires_grad_() for name, value in weights.items()}
    return measure(
        w, lambda: torch.cat([plain_model.logits(w, c, s) for s in sequences]), inputs
    )


def save(path, tensors, **metadata):
    save_file({k: v.float().contiguous() for k, v in tensors.items()}, path, metadata=metadata or None)


def main():
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(7)
    sequences = [torch.randint(VOCAB, (n,), generator=generator) for n in LENGTHS]
    count = sum(LENGTHS)
    inputs = {
        "tokens": torch.cat(sequences),
        "lengths": torch.tensor(LENGTHS),
        "targets": torch.randint(VOCAB, (count,), generator=generator),
        "loss_weights": torch.rand(count, generator=generator, dtype=torch.float64).float().double(),
    }
    if len(sys.argv) == 1:
        save(HERE / "inputs.safetensors", inputs)
    for seed, (name, changes) in enumerate(MODELS.items()):
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        c = complete(changes)
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        if c["model_type"] == "laconic":
            weights = new_weights(plain_shapes(c), seed)
            values = plain_values(c, weights, sequences, inputs)
            members = {k: v for k, v in c.items() if k not in ("plan",) and v is not None}
            if c["sliding_window"] is not None:
                members["layers"] = c["plan"]
            (folder / "config.json").write_text(json.dumps(members, indent=2) + "\n")
            save(folder / "model.safetensors", weights, format="pt")
        else:
            model = transformers_model(c)
            parameters = dict(model.named_parameters())
            shapes = {k: v.shape for k, v in parameters.items()}
            weights = new_weights(shapes, seed, norm=c["model_type"] != "gemma3_text")
            model.load_state_dict(weights, strict=False)
            model.float().save_pretrained(folder)
            (folder / "generation_config.json").unlink()
            model = transformers_model(c)
            model.load_state_dict(weights, strict=False)
            parameters = dict(model.named_parameters())

            def logits():
                return torch.cat([model(s[None], use_cache=False).logits[0] for s in sequences])

            values = in_double(lambda: measure(parameters, logits, inputs))
            plain = plain_values(c, weights, sequences, inputs)
            assert plain.keys() == values.keys()
            worst = max(((plain[k] - values[k]).abs().max().item(), k) for k in values)
            print(f"{name}: plain_model.py differs from transformers by {worst[0]:.1e} ({worst[1]})")
            assert worst[0] < 1e-9
        save(folder / "values.safetensors", values)


main()
