"""How well bursts and leg movements are found, over rates, resting noise and lengths.

Run with ``python -m tests.benchmarks.bench_legs``. It prints and judges nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import EventKind
from pipeline.hypnogram import Hypnogram, from_letters
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.leg_leads import LegLeads
from tests.unit.legs_signal import lead, samples

RATES_HZ = (100.0, 128.0, 200.0, 256.0, 499.99, 512.0)
RESTS_UV = (1.0, 4.0, 8.0)
LENGTHS_S = (0.1, 0.2, 0.35, 0.7, 2.0)
LOUD_UV = 60.0
N_EVENTS = 30
SPACING_S = 12.0
TOLERANCE_S = 0.1
PARAMETERS = LegParameters()


@dataclass(frozen=True, kw_only=True)
class Score:
    """Agreement of one kind of event with the truth."""

    n_true: int
    n_found: int
    errors_s: NDArray[np.float64]

    def text(self) -> str:
        precision = len(self.errors_s) / max(self.n_found, 1)
        recall = len(self.errors_s) / max(self.n_true, 1)
        f1 = 2.0 * len(self.errors_s) / max(self.n_found + self.n_true, 1)
        worst = float(np.abs(self.errors_s).max(initial=0.0)) * 1000.0
        middle = float(np.median(self.errors_s)) * 1000.0 if len(self.errors_s) else float("nan")
        return f"{precision:9.3f} {recall:7.3f} {f1:6.3f} {middle:+10.1f} {worst:9.1f}"


def night(rate_hz: float, rest_uv: float, length_s: float) -> tuple[LegLeads, list[float]]:
    rng = np.random.default_rng(round(rate_hz + 10 * rest_uv + 1000 * length_s))
    onsets = [30.0 + SPACING_S * (k + 0.5 * rng.random()) for k in range(N_EVENTS)]
    drawn = [(onset_s, length_s, LOUD_UV) for onset_s in onsets]
    legs = [
        lead(
            samples(
                drawn,
                rate_hz=rate_hz,
                rest_uv=rest_uv,
                duration_s=60.0 + SPACING_S * N_EVENTS,
                seed=seed,
            ),
            rate_hz=rate_hz,
            role=role,
        )
        for seed, role in ((31, "leg_left"), (32, "leg_right"))
    ]
    return LegLeads(left=legs[0], right=legs[1]), onsets


def score(leads: LegLeads, onsets: list[float], staged: Hypnogram, *, is_jerk: bool) -> Score:
    found = detect(leads, staged, None, None, PARAMETERS).events
    if is_jerk:
        starts = [e.onset_s for e in found if e.kind is EventKind.SLEEP_START and e.is_accepted]
        return matched(onsets, starts)
    movements = [e.onset_s for e in found if e.kind is EventKind.UNILATERAL_LM]
    return matched(sorted(onsets * 2), movements)


def matched(true: list[float], found: list[float]) -> Score:
    free, errors = sorted(found), []
    for onset_s in true:
        nearest = min(free, key=lambda t: abs(t - onset_s), default=None)
        if nearest is not None and abs(nearest - onset_s) <= TOLERANCE_S:
            errors.append(nearest - onset_s)
            free.remove(nearest)
    return Score(n_true=len(true), n_found=len(found), errors_s=np.array(errors))


def main() -> None:
    staged = from_letters("1" * 20)
    print("rate Hz rest uV length s what       precision recall     F1  median ms  worst ms")
    started_s = time.process_time()
    for rate_hz in RATES_HZ:
        for rest_uv in RESTS_UV:
            for length_s in LENGTHS_S:
                leads, onsets = night(rate_hz, rest_uv, length_s)
                is_jerk = length_s < 0.5
                result = score(leads, onsets, staged, is_jerk=is_jerk)
                what = "sleep start" if is_jerk else "leg LM"
                print(f"{rate_hz:7g} {rest_uv:7g} {length_s:8g} {what:12s}{result.text()}")
    print(f"{time.process_time() - started_s:.1f} CPU s in all")


if __name__ == "__main__":
    main()
