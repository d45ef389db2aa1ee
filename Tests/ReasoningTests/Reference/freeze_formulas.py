"""Computes rewards, advantages and losses from the formulas of their papers, in another language and
another way than the code under test, and freezes the results in formulas.json.

    python3 freeze_formulas.py     # needs numpy and torch; losses are differentiated by autograd

Inputs are drawn from fixed seeds. Raise nothing, tune nothing: a changed value here is a changed
formula there.
"""

import json
import math
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20260731)


def group(n, *, correct=None, low=3, high=160, stated=False, fields=None, problem="p", tokens=False):
    lengths = random.integers(low, high, n).tolist()
    right = (random.random(n) < 0.6).tolist() if correct is None else correct
    made = {"lengths": lengths, "correct": [bool(x) for x in right], "fields": fields or {},
            "problem": problem}
    if stated:
        made["stated"] = [int(x) for x in random.integers(1, 160, n)]
    if tokens:
        made["tokens"] = [random.integers(6, 9, max(1, length % 12)).tolist() for length in lengths]
    return made


# Rewards


def sigmoid_length(g, alpha, everyone=False):
    chosen = [l for l, c in zip(g["lengths"], g["correct"]) if c or everyone]
    mu, sd = np.mean(chosen), np.std(chosen)
    return [
        -alpha / (1 + math.exp(-(l - mu) / (sd + 1e-7))) if c or everyone else 0.0
        for l, c in zip(g["lengths"], g["correct"])
    ]


def l1_exact(g, alpha):
    return [-alpha * abs(g["fields"]["token_budget"] - l) for l in g["lengths"]]


def l1_max(g, alpha):
    """The whole reward of the paper, less the correctness that is added apart."""
    n = g["fields"]["token_budget"]
    return [
        float(np.clip(alpha * (n - l) + 0.5, 0, 1)) - 1 if c else 0.0
        for l, c in zip(g["lengths"], g["correct"])
    ]


def shorter_better(g, alpha):
    right = [l for l, c in zip(g["lengths"], g["correct"]) if c]
    target = min(right) if right else np.mean(g["lengths"])
    return [-alpha * abs(l - target) for l in g["lengths"]]


def cosine_length(g, limit, min_wrong, max_wrong, min_correct, max_correct):
    values = []
    for l, c in zip(g["lengths"], g["correct"]):
        low, high = (min_correct, max_correct) if c else (max_wrong, min_wrong)
        values.append(low + 0.5 * (high - low) * (1 + math.cos(math.pi * min(l / limit, 1))))
    return values


def pairwise(g, weight):
    """By comparing every pair, the references among them."""
    everyone = [(l if c else None) for l, c in zip(g["lengths"], g["correct"])] + [None, math.inf]
    scores = [0.0] * len(everyone)
    for i, a in enumerate(everyone):
        for j, b in enumerate(everyone):
            if i == j:
                continue
            if a is not None and b is None:
                scores[i] += weight
            elif a is None and b is not None:
                scores[i] -= weight
            elif a is not None and b is not None:
                scores[i] += (a < b) - (a > b)
    return scores[:-2], scores[-2:]


def repetition(g, n, most):
    values = []
    for tokens in g["tokens"]:
        grams = [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]
        values.append((1 - len(set(grams)) / len(grams)) * most if grams else 0.0)
    return values


def self_budget(g, kind, alpha, format_penalty=-1.0, budget_penalty=-0.4, wrong=(-0.5, 0.0),
                right=(0.5, 1.0)):
    values = []
    for l, c, b in zip(g["lengths"], g["correct"], g["stated"]):
        if b <= 0:
            values.append(format_penalty)
            continue
        low, high = right if c else wrong
        if kind == "symmetric":
            shape = math.cos(math.pi * min(1, abs(l - b) / (alpha * b)))
        elif abs(l - b) / b > alpha:
            shape = -1.0
        else:
            best = (1 - alpha) * b if c else (1 + alpha) * b
            shape = math.cos(math.pi * abs(l - best) / (2 * alpha * b))
        penalty = budget_penalty if b > g["fields"].get("b_max", math.inf) else 0.0
        values.append(penalty + low + (high - low) * (1 + shape) / 2)
    return values


class Hapo:
    def __init__(self, mode):
        self.mode, self.lengths = mode, {}

    def __call__(self, batch):
        values = []
        for g in batch:
            seen = self.lengths.get(g["problem"], [])
            h = (min(seen) if self.mode == "min" else np.mean(seen)) if seen else None
            row = []
            for l, c in zip(g["lengths"], g["correct"]):
                f = math.cos(min(l / h * math.pi / 2, math.pi)) if h else 0.0
                row.append(0.0 if not h else max(f, -0.7) if c else min(f, 0.0))
            values.append(row)
        for g in batch:
            self.lengths.setdefault(g["problem"], []).extend(
                l for l, c in zip(g["lengths"], g["correct"]) if c)
        return values


class ShortRL:
    def __init__(self, tau_length, tau_accuracy):
        self.tau_length, self.tau_accuracy, self.best = tau_length, tau_accuracy, 0.0

    def __call__(self, batch):
        accuracy = np.mean([c for g in batch for c in g["correct"]])
        self.best = max(self.best, accuracy)
        is_given = accuracy >= self.best - self.tau_accuracy
        values = []
        for g in batch:
            right = [l for l, c in zip(g["lengths"], g["correct"]) if c]
            row = []
            for l, c in zip(g["lengths"], g["correct"]):
                if not c or not is_given:
                    row.append(0.0)
                elif l <= min(right) + self.tau_length:
                    row.append(0.5)
                else:
                    row.append(0.5 - (l - min(right)) / (max(right) - min(right) + 1e-5))
            values.append(row)
        return values


def reward_cases():
    cases = []

    def add(term, fields, batches, values, limit=165, progress=None, virtual=None):
        cases.append({"term": term, "fields": fields, "batches": batches, "values": values,
                      "max_new_tokens": limit, "progress": progress, "virtual": virtual})

    for alpha in (0.05, 0.4):
        g = group(8)
        add("length_penalty", {"alpha": alpha}, [[g]], [[sigmoid_length(g, alpha)]])
        add("length_penalty", {"alpha": alpha, "apply_to": "all"}, [[g]],
            [[sigmoid_length(g, alpha, everyone=True)]])
        g = group(8, fields={"token_budget": 60})
        add("length_penalty", {"type": "l1_exact", "alpha": alpha / 100}, [[g]],
            [[l1_exact(g, alpha / 100)]])
        add("length_penalty", {"type": "l1_max", "alpha": alpha / 20}, [[g]],
            [[l1_max(g, alpha / 20)]])
        for right in (None, [False] * 8):
            g = group(8, correct=right)
            add("length_penalty", {"type": "shorter_better", "alpha": alpha / 100}, [[g]],
                [[shorter_better(g, alpha / 100)]])
    g = group(8, high=240)
    add("cosine_length",
        {"min_value_wrong": -1, "max_value_wrong": -0.5, "min_value_correct": 0.5,
         "max_value_correct": 1},
        [[g]], [[cosine_length(g, 165, -1, -0.5, 0.5, 1)]])
    for right in (None, [True] * 6, [False] * 6):
        g = group(6, correct=right, high=12)
        values, virtual = pairwise(g, 10)
        add("pairwise_length", {}, [[g]], [[values]], virtual=[[virtual]])
    for n in (2, 3):
        g = group(8, tokens=True)
        add("repetition", {"ngram_size": n, "max_penalty": -0.5}, [[g]], [[repetition(g, n, -0.5)]])
    for kind in ("paper", "symmetric"):
        for progress in (0.0, 0.25, 0.95):
            alpha = 6.0 + (0.1 - 6.0) * progress
            g = group(8, stated=True, fields={"b_max": 80})
            g["stated"][0] = 0
            add("self_budget", {"type": kind}, [[g]], [[self_budget(g, kind, alpha)]],
                progress=progress)
        g = group(8, stated=True)
        add("self_budget",
            {"type": kind, "tolerance": {"start": 1, "end": 1}, "budget_penalty": -0.25}, [[g]],
            [[self_budget(g, kind, 1.0, budget_penalty=-0.25)]])
    for mode in ("min", "mean"):
        term = Hapo(mode)
        batches = [[group(4, problem=p) for p in ("a", "b")] for _ in range(4)]
        batches[1][1]["correct"] = [False] * 4
        add("hapo", {"mode": mode}, batches, [term(batch) for batch in batches])
    term = ShortRL(10, 0.05)
    batches = [[group(6, problem=p) for p in ("a", "b", "c")] for _ in range(6)]
    add("short_rl", {"length_tolerance": 10}, batches, [term(batch) for batch in batches])
    return cases


# Advantages


def brpo(scores, prior, baseline, lam):
    """Eq. 6 to 9 with j from 1, as they stand in the paper."""
    G, m = scores.shape
    advantages = np.zeros((G, m))
    for i in range(G):
        for j in range(1, m + 1):
            def total(row):
                return sum(prior[k - 1] * row[k - 1] for k in range(j, m + 1))
            v1 = 0.0
            if j > 1:
                discounts = [lam ** (j - k) for k in range(1, j)]
                v1 = (sum(d * scores[i, k - 1] for d, k in zip(discounts, range(1, j)))
                      / sum(discounts) * sum(prior[k - 1] for k in range(j, m + 1)))
            v2 = np.mean([total(scores[g]) for g in range(G)])
            v = {"brpo": (j - 1) / m * v1 + (m - j + 1) / m * v2, "v1only": v1, "v2only": v2,
                 "none": 0.0}[baseline]
            advantages[i, j - 1] = total(scores[i]) - v
    return advantages.tolist()


def advantage_cases():
    rewards = random.random((3, 6)).round(3)
    greedy = random.random(3).round(3)
    whole = {
        "grpo": rewards - rewards.mean(1, keepdims=True),
        "rloo": np.array([[row[i] - np.delete(row, i).mean() for i in range(6)] for row in rewards]),
        "remax": rewards - greedy[:, None],
        "reinforce_plus_plus": rewards,
        "reinforce_plus_plus_baseline": rewards - rewards.mean(1, keepdims=True),
    }
    scaled = {
        "group": whole["grpo"] / (rewards.std(1, ddof=1, keepdims=True) + 1e-4),
        "batch": whole["grpo"] / (rewards.std(ddof=1) + 1e-4),
        "none": whole["grpo"],
    }
    budgets = []
    for prior in ([0.25] * 4, [0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1.0], [1.0]):
        scores = (random.integers(0, 5, (5, len(prior))) / 4)
        for baseline in ("brpo", "v1only", "v2only", "none"):
            for lam in (0.5, 0.9):
                budgets.append({"scores": scores.tolist(), "prior": prior, "baseline": baseline,
                                "lambda": lam, "values": brpo(scores, prior, baseline, lam)})
    tokens = [random.normal(size=n).tolist() for n in (3, 7, 1, 5)]
    flat = np.concatenate(tokens)
    white = [((np.array(row) - flat.mean()) / flat.std()).tolist() for row in tokens]
    # Returns of REINFORCE++: the reward at the last token, -beta k1 at every token, no discount.
    logps, references = random.normal(-1, 0.3, 5), random.normal(-1, 0.3, 5)
    token_rewards = -0.2 * (logps - references)
    token_rewards[-1] += 1.5
    returns = [float(token_rewards[t:].sum()) for t in range(5)]
    return {
        "rewards": rewards.tolist(), "greedy": greedy.tolist(),
        "whole": {k: v.tolist() for k, v in whole.items()},
        "scaled": {k: v.tolist() for k, v in scaled.items()},
        "budgets": budgets,
        "whitening": {"advantages": tokens, "values": white},
        "returns": {"reward": 1.5, "beta": 0.2, "logps": logps.tolist(),
                    "references": references.tolist(), "values": returns},
    }


# Losses


def loss_cases():
    """One sequence each: mean over its tokens of the loss, differentiated by autograd."""
    cases = []
    for name in ("ppo_clip", "ppo_clip dual", "cispo", "reinforce"):
        for level in ("token", "sequence"):
            if name == "reinforce" and level == "sequence":
                continue
            for spread in (0.05, 0.6):
                for advantage in (-1.3, 0.7):
                    old = torch.tensor(random.normal(-1.2, 0.3, 6))
                    new = (old + torch.tensor(random.normal(0, spread, 6))).requires_grad_()
                    ratios = new - old
                    if level == "sequence":
                        ratios = ratios.mean().expand(6)
                    r = ratios.exp()
                    clipped = r.clamp(0.8, 1.28)
                    if name == "cispo":
                        loss = -(clipped.detach() * advantage * new)
                    elif name == "reinforce":
                        loss = -advantage * new
                    else:
                        loss = -torch.minimum(r * advantage, clipped * advantage)
                        if name.endswith("dual") and advantage < 0:
                            loss = torch.minimum(loss, torch.tensor(-3.0 * advantage))
                    loss.mean().backward()
                    cases.append({
                        "loss": name, "level": level, "advantage": advantage,
                        "old": old.tolist(), "new": new.detach().tolist(),
                        "value": loss.mean().item(), "gradient": new.grad.tolist()})
    return cases


if __name__ == "__main__":
    frozen = {"rewards": reward_cases(), "advantages": advantage_cases(), "losses": loss_cases()}
    path = pathlib.Path(__file__).with_name("formulas.json")
    path.write_text(json.dumps(frozen, separators=(",", ":")) + "\n")
