"""Freezes blocks of every number format that GGUF files are read in, and their values.

    python freeze_gguf.py

writes gguf_blocks.json beside this file: for every format random blocks, and the bits of the values
that gguf.quants.dequantize makes of them. It was run with gguf 0.19 and numpy 2.4.
"""

import json
import pathlib

import gguf
import numpy

HERE = pathlib.Path(__file__).parent
FORMATS = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q4_K Q5_K Q6_K".split()
# The places of half-precision scales in a block, which must be finite.
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2],
          "Q5_K": [0, 2], "Q6_K": [208], "F16": [0], "BF16": [], "F32": []}


def main():
    random = numpy.random.default_rng(20261130)
    frozen = {}
    for name in FORMATS:
        kind = gguf.GGMLQuantizationType[name]
        values, size = gguf.GGML_QUANT_SIZES[kind]
        count = 16 if values == 1 else 4 if values == 32 else 2
        blocks = random.integers(0, 256, (count, size), dtype=numpy.uint8)
        for block in range(count):
            for place in HALVES[name]:
                # Normal, subnormal, negative and zero scales.
                scale = [random.normal() * 0.01, 3e-7, -random.random(), 0.0][block % 4]
                half = numpy.array([scale], numpy.float16).view(numpy.uint8)
                blocks[block, place:place + 2] = half
        found = gguf.quants.dequantize(blocks.reshape(1, -1), kind)
        bits = numpy.ascontiguousarray(found, numpy.float32).view(numpy.uint32).ravel()
        frozen[name] = {
            "code": int(kind), "bytes": blocks.tobytes().hex(),
            "values": "".join(f"{b:08x}" for b in bits),
        }
    text = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in frozen.items())
    (HERE / "gguf_blocks.json").write_text("{\n" + text + "\n}\n")


main()
