"""Freezes adapters that huggingface/peft made over the reference models, in PyTorch and float64.

    python freeze_adapters.py

writes beside this file, for every adapter, a folder with adapter_config.json and
adapter_model.safetensors, as peft saves them, and values.safetensors: the loss, the logits, and the
gradients of A and B, for the tokens in inputs.safetensors. A and B are random, so that the adapter
changes every logit. It was run with peft 0.21, transformers 5.24 and torch 2.15.

    python freeze_adapters.py check FOLDER BASE

opens an adapter that Laconic exported in peft, over the model in BASE, prints its logits' difference
from those of the merged model, and fails if it is above what single precision leaves.
"""

import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
TEMPERATURE = 0.8
# The base, and what peft.LoraConfig is given.
ADAPTERS = {
    "adapter_llama": ("llama", dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])),
    "adapter_qwen2": (
        "qwen2", dict(r=3, lora_alpha=5, target_modules="all-linear", use_rslora=True)
    ),
    "adapter_some": (
        "llama",
        dict(
            r=2, lora_alpha=16, lora_dropout=0.1,
            target_modules=["mlp.down_proj", "layers.1.self_attn.o_proj"],
        ),
    ),
}


def base_model(name):
    return transformers.AutoModelForCausalLM.from_pretrained(
        HERE / name, dtype=torch.float64, attn_implementation="eager"
    )


def loss_of(logits, inputs):
    chosen = (logits / TEMPERATURE).log_softmax(-1).gather(1, inputs["targets"][:, None])[:, 0]
    return -(inputs["loss_weights"] * chosen).sum() / len(chosen)


def freeze(name):
    base, options = ADAPTERS[name]
    config = peft.LoraConfig(task_type="CAUSAL_LM", **options)
    model = peft.get_peft_model(base_model(base), config).double().eval()
    generator = torch.Generator().manual_seed(5)
    for key, parameter in sorted(model.named_parameters()):
        if "lora_" in key:
            value = 0.3 * torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            parameter.data = value.float().double()
    inputs = {k: v for k, v in load_file(HERE / "inputs.safetensors").items()}
    tokens, lengths = inputs["tokens"].long(), [int(n) for n in inputs["lengths"]]
    inputs["targets"] = inputs["targets"].long()
    inputs["loss_weights"] = inputs["loss_weights"].double()
    logits = torch.cat([model(part[None]).logits[0] for part in tokens.split(lengths)])
    loss = loss_of(logits, inputs)
    loss.backward()
    values = {"loss": loss.detach().reshape(1), "logits": logits.detach()}
    for key, parameter in model.named_parameters():
        if "lora_" in key:
            values["gradient." + key.replace(".default", "")] = parameter.grad
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model.peft_config["default"].base_model_name_or_path = "../" + base
    model.float().save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    save_file({k: v.float().contiguous() for k, v in values.items()}, folder / "values.safetensors")
    print(f"{name}: loss {values['loss'].item():.6f}, {len(values) - 2} gradients")


def check(folder, base):
    tokens = load_file(HERE / "inputs.safetensors")["tokens"].long()[None] % 50
    model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    plain = model(tokens).logits
    adapted = peft.PeftModel.from_pretrained(model, folder).eval()
    found = adapted(tokens).logits
    merged = adapted.merge_and_unload()(tokens).logits
    print("the adapter moves logits by", (found - plain).abs().max().item())
    difference = (found - merged).abs().max().item()
    print("merged logits differ by", difference)
    assert difference < 1e-4 * found.abs().max().item()
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(*sys.argv[2:])
    else:
        for adapter in ADAPTERS:
            freeze(adapter)
