"""What a sweep costs, and whether it survives: `python tests/benchmarks/sweep.py [overhead|kill] [RUNS]`.

overhead: the same runs by the bare engine on two threads and by a sweep (default 10,000 runs of 144 quarters); both
are cut into quarters of the work and done in turn, so that the machine's noise falls on both.
kill: a sweep of 2,000 runs, killed ten times at random moments after it has begun to write, against an undisturbed one.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from abm.runs import trace
from experiments.sweep.campaign import sweep
from experiments.sweep.plan import parse_plan
from experiments.sweep.wanted import Wanted
from experiments.sweep.work import world_at

THREADS, PIECES, SEEDS = 2, 4, 4
PLAN = {
    "kind": "sweep", "levers": {"policy.guarantee": {"range": [0, 1]}, "policy.directed_share": {"range": [0, 0.8]}},
    "replications": {"count": SEEDS},
    "outcomes": {
        "exports": {"indicator": "exports_usd_m", "window": 1996},
        "debt": {"indicator": "debt_equity_large", "window": [1990, 1996]},
        "memory": {"indicator": "memory_world_share", "window": [1995, 1997]},
        "failures": {"indicator": "large_bankruptcies", "statistic": "sum", "window": [1996, 1999]},
    },
    "regime": {}, "crisis": {"window": [1997, 1998]},
}  # fmt: skip


def plan_of(runs, seed):
    return parse_plan(PLAN | {"design": {"kind": "latin_hypercube", "points": runs // SEEDS, "seed": seed}})


def bare(plan):
    """Run a plan's runs and keep nothing; returns seconds."""
    from experiments.sweep.design import points_of

    wanted = Wanted(plan, points_of(plan))
    worlds = {name: json.dumps(world.resolved()) for name, world in plan.worlds.items()}

    def one(k):
        trace(world_at(worlds["base"], wanted.settings[k // SEEDS]), 1 + k % SEEDS)

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(len(wanted))))
    return time.perf_counter() - began


def overhead(runs):
    """Print runs a second of the bare engine and of a sweep, and the overhead."""
    bare(plan_of(8, 0))
    engine = ours = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for piece in range(PIECES):
            plan = plan_of(runs // PIECES, piece)
            engine += bare(plan)
            began = time.perf_counter()
            report = sweep(plan, Path(folder) / str(piece), workers=THREADS)
            ours += time.perf_counter() - began
            assert report.ran == runs // PIECES and not report.failed
    print(f"{runs:,} runs: bare engine {runs / engine:.1f} runs/s, sweep {runs / ours:.1f} runs/s, "
          f"overhead {100 * (ours / engine - 1):.1f} %")  # fmt: skip
    print(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def kill(runs):
    """Kill a sweep ten times and compare its table with an undisturbed one's."""
    luck = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        file.write_text(json.dumps(PLAN | {"design": {"kind": "sobol", "points": runs // SEEDS}}))
        out, calm = Path(folder) / "killed", Path(folder) / "calm"
        command = [sys.executable, "-m", "experiments.cli", "sweep", str(file), "--workers", str(THREADS), "--out"]
        for attempt in range(10):
            before = _parts(out)
            process = subprocess.Popen([*command, str(out)], stdout=subprocess.DEVNULL)
            while _parts(out) <= before and process.poll() is None:  # until it is at work, however slow the machine
                time.sleep(0.01)
            time.sleep(luck.random())
            process.send_signal(signal.SIGKILL)
            killed = process.wait() == -signal.SIGKILL
            print(f"{attempt + 1}. {'killed' if killed else 'had ended'} with {_rows(out):,} runs in its parts")
        subprocess.run([*command, str(out)], check=True)
        subprocess.run([*command, str(calm)], check=True)
        same = [n for n in ("results", "summary") if _bytes(out, n) == _bytes(calm, n)]
        rows = pd.concat([pd.read_parquet(p, columns=["cell", "seed"]) for p in out.glob("parts/*/part-*.parquet")])
        print(f"equal to the bit: {', '.join(same) or 'none'}; {len(rows):,} rows in parts, "
              f"{rows.duplicated().sum()} of them twice")  # fmt: skip


def _parts(out):
    return len(list(out.glob("parts/*/part-*.parquet")))


def _rows(out):
    return sum(len(pd.read_parquet(path, columns=["seed"])) for path in out.glob("parts/*/part-*.parquet"))


def _bytes(out, name):
    return (out / f"{name}.parquet").read_bytes()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    what = sys.argv[1] if len(sys.argv) > 1 else "overhead"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else {"overhead": 10_000, "kill": 2_000}[what]
    {"overhead": overhead, "kill": kill}[what](count)
