"""GradBench's protocol for the peers: the same messages and answers as protocol.ts, one line each."""
import json
import sys
import time


def timed(run, given):
    """Runs at least `min_runs` times and for at least `min_seconds`; `run` waits for its result."""
    least, seconds = given.get("min_runs", 1), given.get("min_seconds", 0)
    timings, spent = [], 0
    while len(timings) < least or spent < seconds:
        start = time.perf_counter_ns()
        result = run()
        nanoseconds = time.perf_counter_ns() - start
        timings.append({"name": "evaluate", "nanoseconds": nanoseconds})
        spent += nanoseconds / 1e9
    return result, timings


def evaluated(modules, message):
    prepare, output = modules[message["module"]][message["function"]]
    given = message["input"]
    result, timings = timed(prepare(given), given if isinstance(given, dict) else {})
    return {"success": True, "output": output(result), "timings": timings}


def serve(tool, modules):
    for line in sys.stdin:
        message = json.loads(line)
        answer = {"id": message["id"]}
        if message["kind"] == "start":
            answer["tool"] = tool
        elif message["kind"] == "define":
            answer["success"] = message["module"] in modules
        elif message["kind"] == "evaluate":
            try:
                answer |= evaluated(modules, message)
            except Exception as error:  # noqa: BLE001 - whatever it is, the eval is told
                answer |= {"success": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def sparse_sample(values, n, m, p):
    """The first block of the sparse Jacobian of a bundle adjustment and its last value, with their places."""
    block = list(range(11)) + [11 * n + i for i in range(3)] + [11 * n + 3 * m]
    return {
        "rows": [min(15 * i, 30 * p) for i in range(30)] + [30 * p + p],
        "cols": block + block + [11 * n + 3 * m + p - 1],
        "vals": [float(v) for v in values[:30]] + [float(values[-1])],
    }
