"""The numbers and the protocol of data.mjs and serve.mjs, in Python."""
import sys
import time

import numpy as np

MLP_SIZES = [784, 512, 256, 10]
SMALL_SIZES = [2, 16, 16, 1]
PRODUCTS = {
    "gemm-64": (64, 64, 64, ""),
    "gemm-128": (128, 128, 128, ""),
    "gemm-256": (256, 256, 256, ""),
    "gemm-512": (512, 512, 512, ""),
    "gemm-1024": (1024, 1024, 1024, ""),
    "gemm-4096": (4096, 4096, 4096, ""),
    "gemm-128x784x512": (128, 784, 512, ""),
    "gemm-784x128x512-tn": (784, 128, 512, "tn"),
    "gemm-128x512x784-nt": (128, 512, 784, "nt"),
}


def sequence(seed, count, scale=1.0):
    h = np.arange(count, dtype=np.uint64) + np.uint64(1 + seed * 1000003)
    mask = np.uint64(0xFFFFFFFF)
    h = (h * np.uint64(0x9E3779B1)) & mask
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(0x85EBCA6B)) & mask
    h ^= h >> np.uint64(13)
    return (scale * (h.astype(np.float64) / 2**32 - 0.5)).astype(np.float32)


def weights_of(sizes):
    return [
        sequence(l + 1, a * b, 2 * np.sqrt(6 / (a + b))).reshape(a, b)
        for l, (a, b) in enumerate(zip(sizes, sizes[1:]))
    ]


def mlp_batch(rows):
    return sequence(100, rows * 784, 2).reshape(rows, 784), (np.arange(rows) * 7) % 10


def small_batch():
    x = sequence(101, 64, 2).reshape(32, 2)
    return x, (x[:, :1] * x[:, 1:]).astype(np.float32)


def serve(tasks, version):
    run = None
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "prepare":
            name, threads = rest
            if name not in tasks:
                print("absent does not have this work", flush=True)
                continue
            try:
                check, run = tasks[name](int(threads))
                print(f"ready {check}", flush=True)
            except Exception as error:  # noqa: BLE001 - whatever it is, the row goes on without this contender
                said = [line.strip() for line in str(error).splitlines() if line.strip() != ""]
                print("absent", said[0] if said else type(error).__name__, flush=True)
        elif command == "version":
            print("version", version, flush=True)
        else:
            start = time.perf_counter_ns()
            run(int(rest[0]))
            print("time", time.perf_counter_ns() - start, flush=True)
