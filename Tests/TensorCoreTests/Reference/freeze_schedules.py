"""Freezes the learning-rate curves of transformers' get_scheduler in schedules.json.

    python3 freeze_schedules.py

The factors are written down here from src/transformers/optimization.py (as of commit 005edac), so
that neither torch nor transformers has to be installed: their schedulers are LambdaLR over exactly
these functions of the step, counted from 0. `linear_with_min_lr` is not theirs: it is the rule of
`cosine_with_min_lr` on their line, which is what `min_lr_ratio` means for `linear` here.
"""

import json
import math
import pathlib


def warming(step, warmup):
    return step / max(1, warmup)


def progress(step, warmup, steps):
    return (step - warmup) / max(1, steps - warmup)


def constant(step, warmup, steps, ratio):
    return 1.0


def constant_with_warmup(step, warmup, steps, ratio):
    return warming(step, warmup) if step < warmup else 1.0


def linear(step, warmup, steps, ratio):
    if step < warmup:
        return warming(step, warmup)
    return max(0.0, (steps - step) / max(1, steps - warmup))


def cosine(step, warmup, steps, ratio):
    if step < warmup:
        return warming(step, warmup)
    return max(0.0, 0.5 * (1 + math.cos(math.pi * progress(step, warmup, steps))))


def with_min_lr(schedule):
    def factor(step, warmup, steps, ratio):
        if step < warmup:
            return warming(step, warmup)
        return max(0.0, schedule(step, warmup, steps, 0) * (1 - ratio) + ratio)

    return factor


SCHEDULES = {
    "constant": constant,
    "constant_with_warmup": constant_with_warmup,
    "linear": linear,
    "cosine": cosine,
    "cosine_with_min_lr": with_min_lr(cosine),
    "linear_with_min_lr": with_min_lr(linear),
}
# Warm-up, steps: none, some, all but one, all of them, a single step.
RUNS = [(0, 8), (3, 8), (1, 8), (7, 8), (8, 8), (20, 20), (0, 1), (1, 1), (5, 60), (50, 120)]

curves = []
for name, schedule in SCHEDULES.items():
    for warmup, steps in RUNS:
        if name == "constant" and warmup:
            continue
        ratio = 0.1 if name.endswith("min_lr") else 0.0
        curves.append({
            "type": name, "warmup": warmup, "steps": steps, "ratio": ratio,
            # One more than the run has: a warm-up of ours is theirs a step later.
            "factors": [float(schedule(step, warmup, steps, ratio)) for step in range(steps + 1)],
        })
text = ",\n".join(json.dumps(curve) for curve in curves)
pathlib.Path(__file__).with_name("schedules.json").write_text(f"[\n{text}\n]\n")
