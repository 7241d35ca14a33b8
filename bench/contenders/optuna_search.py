"""What Optuna's samplers come to on the functions of bench/search-functions.ts; prints a line of JSON for each.

python optuna_search.py [SEEDS] [TRIALS]
"""
import json
import math
import sys
import time
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    inner = [sum(a * (each - p / 1e4) ** 2 for a, p, each in zip(A[i], P[i], x)) for i in range(4)]
    return -sum(weight * math.exp(-own) for weight, own in zip([1, 1.2, 3, 3.2], inner))


def rosenbrock5(trial):
    x = [trial.suggest_float(f"x{i}", -2, 2) for i in range(5)]
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


def training(trial):
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    units = trial.suggest_int("units", 4, 512, log=True)
    drop = trial.suggest_float("drop", 0, 0.5, step=0.05)
    trial.suggest_int("seed", 0, 9)
    kind = trial.suggest_categorical("kind", ["sgd", "momentum", "adam"])
    if kind == "adam":
        best, own = -2.8, 5 * (trial.suggest_float("b2", 0.9, 0.999) - 0.98) ** 2
    elif kind == "momentum":
        beta = trial.suggest_float("beta", 0, 0.99)
        best, own = -1 + math.log10(1 - beta), 0.05 + 0.2 * (beta - 0.9) ** 2
    else:
        best, own = -0.7, 0.15
    return 0.15 * (math.log10(rate) - best) ** 2 + 0.05 * (math.log2(units) - 7) ** 2 + (drop - 0.2) ** 2 + own


functions = {
    "branin": (branin, 0.39788735772973816),
    "hartmann6": (hartmann6, -3.322368011415511),
    "rosenbrock5": (rosenbrock5, 0.0),
    "training": (training, 0.0),
}
samplers = {
    "optuna random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna TPE": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna TPE multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
}

seeds, trials = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((1, 20), (2, 100)))
for name, (function, least) in functions.items():
    for method, sampler in samplers.items():
        began = time.perf_counter()
        regrets = []
        for seed in range(seeds):
            study = optuna.create_study(sampler=sampler(seed))
            study.optimize(function, n_trials=trials)
            regrets.append(study.best_value - least)
        milliseconds = (time.perf_counter() - began) / seeds / trials * 1e3
        print(json.dumps({"function": name, "method": method, "regrets": regrets, "milliseconds": milliseconds}), flush=True)
