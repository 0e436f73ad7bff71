"""What the matched delay says where the truth is known: jerks that do nothing, jerks that slow.

Run by ``make delay-scenarios``. Each scenario is many simulated persons (see
`pipeline.simulate.passages` for the model), each estimated by itself as the program does it; the
naive difference is printed beside, so that its trap is seen.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from pipeline.delay import Course, DelayParameters, matched_delay
from pipeline.delay.night_delay import naive_difference
from pipeline.depth import DepthParameters, epoch_steps, sleep_depth
from pipeline.descents import DescentParameters, find_descents
from pipeline.simulate.passages import DrawnPassages, PassagePlan, draw_passages, hypnogram_of

SCENARIOS: Mapping[str, PassagePlan] = MappingProxyType(
    {
        "jerks do nothing": PassagePlan(),
        "jerks do nothing and come early": PassagePlan(jerks_per_min=0.6, fade_s=120.0),
        "jerks slow": PassagePlan(slowed_s=37.0),
        "a hidden depth makes jerks likelier and N2 slower": PassagePlan(
            frailty_sd=0.12, wander_sd=0.05, n2_by_depth=4.0, jerks_by_depth=4.0
        ),
    }
)
RULES = DelayParameters()
# The permutation tests of every person would take the time of all the rest.
QUICK = RULES.model_copy(update={"n_permutations": 99})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the estimates of one scenario say; seconds, means over persons."""

    truth_s: float
    delay_s: float
    error_s: float
    scatter_s: float
    covers_zero: float
    covers_truth: float
    negative_control_s: float
    naive_s: float
    exchanged_share: float
    turned_share: float
    n_descents: int
    n_estimates: int


def course_of(drawn: DrawnPassages, rows: Sequence[int]) -> Course:
    """Give one night made of these descents, found again in its stages."""
    hypnogram, jerks_s = hypnogram_of(drawn, np.asarray(rows))
    found = find_descents(hypnogram, 0.0, hypnogram.end_s, jerks_s, DescentParameters())
    return Course(
        hypnogram=hypnogram,
        descents=found,
        jerks_s=jerks_s,
        depth=sleep_depth(hypnogram, DepthParameters()),
        scorable=epoch_steps(np.ones(len(hypnogram)), epoch_s=hypnogram.epoch_s),
        arousals_s=None,
    )


def judge(
    plan: PassagePlan, n_persons: int, n_descents: int, seed: int, *, rules: DelayParameters = QUICK
) -> Verdict:
    """Give what the estimates of so many persons with so many descents each say."""
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = draw_passages(plan, n_persons * n_descents, rules.horizon_s, rng)
    courses = [
        course_of(drawn, range(k * n_descents, (k + 1) * n_descents)) for k in range(n_persons)
    ]
    every = [matched_delay((c,), rules) for c in courses]
    found = [m for m in every if m.delay_s is not None]
    table = np.array(
        [
            (m.delay_s, m.low_s, m.high_s, m.negative_control_s, m.exchanged_p, m.turned_p)
            for m in found
        ],
        dtype=np.float64,
    )
    delay, low, high = table[:, :3].T
    naive = [x for x in (naive_difference(c.descents).value for c in courses) if x is not None]
    truth_s = drawn.true_delay_s
    return Verdict(
        truth_s=truth_s,
        delay_s=float(delay.mean()),
        error_s=float(delay.std() / np.sqrt(len(delay))),
        scatter_s=float(delay.std()),
        covers_zero=float(((low <= 0.0) & (high >= 0.0)).mean()),
        covers_truth=float(((low <= truth_s) & (high >= truth_s)).mean()),
        negative_control_s=float(np.nanmean(table[:, 3])),
        naive_s=float(np.mean(naive)),
        exchanged_share=float((table[:, 4] < 1.0 - rules.confidence).mean()),
        turned_share=float((table[:, 5] < 1.0 - rules.confidence).mean()),
        n_descents=n_persons * n_descents,
        n_estimates=len(found),
    )


def told(name: str, v: Verdict) -> str:
    """Give a scenario's verdict in words."""
    return (
        f"{name}\n"
        f"  {v.n_descents} descents, {v.n_estimates} persons with an estimate\n"
        f"  true delay {v.truth_s:6.1f} s   naive difference {v.naive_s:6.1f} s\n"
        f"  matched    {v.delay_s:6.1f} s   (standard error {v.error_s:.1f} s; "
        f"one person's estimate scatters by {v.scatter_s:.0f} s)\n"
        f"  95 % intervals that cover zero: {100 * v.covers_zero:.1f} %, "
        f"the truth: {100 * v.covers_truth:.1f} %\n"
        f"  negative control {v.negative_control_s:.1f} s   p under 0.05: exchanged "
        f"{100 * v.exchanged_share:.0f} %, turned {100 * v.turned_share:.0f} %\n"
    )


def main() -> None:
    """Print each scenario's verdict."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=800, help="estimates for each scenario")
    arguments.add_argument("--descents", type=int, default=20, help="descents of each person")
    arguments.add_argument("--seed", type=int, default=1, help="of the random numbers")
    given = arguments.parse_args()
    for name, plan in SCENARIOS.items():
        print(told(name, judge(plan, given.persons, given.descents, given.seed)), flush=True)


if __name__ == "__main__":
    main()
