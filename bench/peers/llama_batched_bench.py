"""Batched decoding of llama.cpp: its llama-batched-bench on a random Llama of the same shape, or on
a model in a GGUF file, as it is stored or rewritten in another precision.

It feeds arbitrary tokens and samples none, so that its figure is above what sampling would reach.
"""

import json
import os
import subprocess
import sys
import tempfile

from common import SHAPES, Shape, arguments, report, sampling


def write_model(path: str, shape: Shape, positions: int, mode: str) -> None:
    import gguf
    import numpy

    random = numpy.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(positions)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.intermediate)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.hidden // shape.heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_tokenizer_model("no_vocab")

    def add(name: str, *dimensions: int) -> None:
        if len(dimensions) == 1:
            writer.add_tensor(name, numpy.ones(dimensions, numpy.float32))
            return
        values = random.standard_normal(dimensions, numpy.float32) * dimensions[-1] ** -0.5
        if mode == "bf16":
            kind = gguf.GGMLQuantizationType.BF16
            writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values)

    # Without an output.weight the embedding is the output head.
    add("token_embd.weight", shape.vocabulary, shape.hidden)
    add("output_norm.weight", shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        add(block + "attn_norm.weight", shape.hidden)
        add(block + "ffn_norm.weight", shape.hidden)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"{block}{name}.weight", shape.hidden, shape.hidden)
        add(block + "ffn_gate.weight", shape.intermediate, shape.hidden)
        add(block + "ffn_up.weight", shape.intermediate, shape.hidden)
        add(block + "ffn_down.weight", shape.hidden, shape.intermediate)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def rewrite(source: str, path: str, mode: str) -> None:
    """Writes the model of a GGUF file again with its matrices in fp32 or bf16."""
    import gguf

    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(path, architecture)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, sub_type=inner)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        if mode == "bf16" and values.ndim > 1:
            kind = gguf.GGMLQuantizationType.BF16
            writer.add_tensor(tensor.name, gguf.quants.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(tensor.name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    options = arguments(__doc__, ["fp32", "bf16", "stored"])
    sequences, prompt_length, new_tokens = sampling(options)
    length = prompt_length + new_tokens
    program = os.environ.get("LLAMA_BATCHED_BENCH", "llama-batched-bench")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.gguf")
        if options.mode == "stored":
            path = options.model
        elif options.model:
            rewrite(options.model, path, options.mode)
        else:
            write_model(path, SHAPES[options.shape], length, options.mode)
        seconds: list[float] = []
        # The program loads and warms up in each call; only what it timed itself counts.
        while sum(seconds) < options.seconds:
            run = subprocess.run(
                [program, "-m", path, "-c", str(sequences * length), "-b", "2048", "-ub", "512",
                 "-npp", str(prompt_length), "-ntg", str(new_tokens), "-npl", str(sequences),
                 "-t", str(options.threads), "-tb", str(options.threads), "-ngl", "0",
                 "--output-format", "jsonl"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
            if run.returncode != 0 or not lines:
                sys.exit(f"{program} failed:\n{run.stderr[-2000:]}")
            result = json.loads(lines[-1])
            seconds.append(result["t_pp"] + result["t_tg"])
    report("llama.cpp", prompt_length if options.read else sequences * new_tokens, seconds)


if __name__ == "__main__":
    main()
