"""Opens the folders that Laconic writes in transformers and compares logits with the frozen ones.

    python check_written.py

ModelFolderReferenceTests asserts that Laconic writes exactly `written_config.json` and the tensors of
`model.safetensors` for each of the models here; so what opens here opens from Laconic.
"""

import json
import pathlib
import shutil
import tempfile

import transformers
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).parent


def main():
    inputs = load_file(HERE / "inputs.safetensors")
    tokens, lengths = inputs["tokens"].long(), [int(n) for n in inputs["lengths"]]
    for folder in sorted(path.parent for path in HERE.glob("*/written_config.json")):
        kind = json.loads((folder / "written_config.json").read_text())["model_type"]
        if kind == "laconic":
            print(f"{folder.name}: of a kind that transformers does not know, and says so")
            continue
        with tempfile.TemporaryDirectory() as written:
            shutil.copy(folder / "written_config.json", pathlib.Path(written, "config.json"))
            shutil.copy(folder / "model.safetensors", written)
            model, loading = transformers.AutoModelForCausalLM.from_pretrained(
                written, output_loading_info=True
            )
        assert not any(loading.values()), loading
        frozen = load_file(folder / "values.safetensors")["logits"]
        start = worst = 0
        for length in lengths:
            found = model(tokens[start : start + length][None]).logits[0]
            worst = max(worst, (found - frozen[start : start + length]).abs().max().item())
            start += length
        print(f"{folder.name} ({kind}): largest difference {worst:.1e} of {frozen.abs().max():.1f}")
        assert worst < 2e-5 * frozen.abs().max()


main()
