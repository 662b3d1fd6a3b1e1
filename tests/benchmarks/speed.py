"""How fast is it? `python tests/benchmarks/speed.py` prints the time of a run, by phase, and of the stepped driver.

Times are minima over repetitions, and ratios within one process; machines differ and are noisy.
"""

import time

import abm
from abm.driver import check_audit
from abm.measurement.recorder import new_tape, write_down
from abm.population import grown, has_room, new_world
from abm.runs import simulate
from abm.schedule import PHASES, end_quarter

REPEAT = 7


def best(action):
    """Return the least time of an action [ms]."""
    times = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def profile(scenario, seed):
    """Return the time spent in each phase over a run driven from Python [ms]."""
    spent = dict.fromkeys([name for name, _ in PHASES] + ["recording"], 0.0)
    w, tape = new_world(scenario, seed), new_tape(scenario.run.quarters)
    for _ in range(scenario.run.quarters):
        while not has_room(w):
            w = grown(w)
        for name, phase in [*PHASES, ("recording", lambda world, tape=tape: write_down(world, tape))]:
            start = time.perf_counter()
            phase(w)
            spent[name] += 1000 * (time.perf_counter() - start)
        end_quarter(w)
        check_audit(w, scenario.start)
    return spent


def main():
    """Print the table."""
    for name in ("korea", "taiwan"):
        scenario = abm.load_scenario(name)
        firms = simulate(scenario, 1).indicators["firm_count"]
        compiled = best(lambda s=scenario: simulate(s, 1))

        def stepped(s=scenario):
            model = abm.IndustryModel(s, seed=1)
            while model.running:
                model.step()

        ratio = best(stepped) / compiled
        print(f"{name}: {compiled:.0f} ms a run of {scenario.run.quarters} quarters, "
              f"{firms.min():.0f} to {firms.max():.0f} firms; stepped {ratio:.1f} times as long")  # fmt: skip
        spent = profile(scenario, 1)
        total = sum(spent.values())
        print("   " + ", ".join(f"{phase} {100 * t / total:.0f} %" for phase, t in spent.items()))


if __name__ == "__main__":
    main()
