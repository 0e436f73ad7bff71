"""How well bursts and leg movements are found, over rates, resting noise and lengths.

Run with ``python -m tests.benchmarks.bench_legs``. It prints and judges nothing: first what both
legs of a night cost beside YASA's staging of the same night, then short nights of one kind of burst
over rates, rest, lengths and contaminants, last a whole night of each difficulty by kind of event.
Where psgscoring can be imported, its leg movements stand beside ours.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import resource
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.event_agreement import EventAgreement, match_events
from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import SLEEP, Hypnogram, from_letters
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.leg_leads import LegLeads
from pipeline.recording import Lead
from pipeline.simulate.difficulty import Difficulty, graded_night
from pipeline.simulate.night import SimulatedNight, simulate
from tests.benchmarks.fresh_process import in_child
from tests.unit.legs_signal import lead, samples

RATES_HZ = (100.0, 128.0, 200.0, 256.0, 499.99, 512.0)
RESTS_UV = (1.0, 4.0, 8.0)
LENGTHS_S = (0.1, 0.2, 0.35, 0.7, 2.0)
LOUD_UV = 60.0
N_EVENTS = 30
SPACING_S = 12.0
TOLERANCE_S = 0.1
PARAMETERS = LegParameters()
CONTAMINANTS = ("none", "hum", "pops", "sway", "heart")
BIG_RATE_HZ = 512.0
KINDS = (
    EventKind.SLEEP_START,
    EventKind.UNILATERAL_LM,
    EventKind.FRAGMENTARY_MYOCLONUS,
    EventKind.FOOT_TREMOR,
    EventKind.ALTERNATING_ACTIVATION,
    EventKind.RHYTHMIC_MOVEMENT,
    EventKind.HIGH_FREQUENCY_LM,
)
MODULE = "tests.benchmarks.bench_legs"
STAGED_BY = ("EEG C4-M1", "EOG E1-M2")
BOTH_LEGS = ("left", "right")
ROLES = {
    "EMG LAT": "left",
    "EMG RAT": "right",
    "EMG Chin": "chin",
    "EEG C4-M1": "eeg",
    "ECG": "ecg",
}


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


def contaminated(values: NDArray[np.float64], rate_hz: float, what: str) -> NDArray[np.float64]:
    """Add one contaminant; none of them lies on a burst by design, some do by chance."""
    time_s, rng = np.arange(len(values)) / rate_hz, np.random.default_rng(9)
    if what == "hum":
        return values + 20.0 * np.sin(2 * np.pi * 50.0 * time_s)
    if what == "sway":
        return values + 80.0 * np.sin(2 * np.pi * 2.0 * time_s) * (time_s % 60.0 < 3.0)
    out, tail_s = values.copy(), {"pops": 0.3, "heart": 0.01}.get(what)
    if tail_s is None:
        return out
    times = np.arange(5.0, time_s[-1] - 2.0, 37.0 if what == "pops" else 0.97)
    for start_s in times + rng.uniform(0.0, 0.1, len(times)):
        first = int(start_s * rate_hz)
        since_s = time_s[first : first + int(5 * tail_s * rate_hz) + 1] - start_s
        out[first : first + len(since_s)] += (400.0 if what == "pops" else 25.0) * np.exp(
            -np.maximum(since_s, 0.0) / tail_s
        )
    return out


def print_contaminants() -> None:
    staged = from_letters("1" * 20)
    print("\ncontaminant  length s what       precision recall     F1  median ms  worst ms")
    for what in CONTAMINANTS:
        for length_s in LENGTHS_S:
            clean, onsets = night(256.0, 2.0, length_s)
            legs = [
                lead(contaminated(one.microvolts, 256.0, what), role=one.role)
                for one in (clean.left, clean.right)
                if one is not None
            ]
            is_jerk = length_s < 0.5
            result = score(LegLeads(left=legs[0], right=legs[1]), onsets, staged, is_jerk=is_jerk)
            name = "sleep start" if is_jerk else "leg LM"
            print(f"{what:12s} {length_s:8g} {name:12s}{result.text()}")


def leads_of(simulated: SimulatedNight) -> LegLeads:
    leads = {
        ROLES[signal.label]: Lead(
            role=ROLES[signal.label],
            label=signal.label,
            rate_hz=signal.rate_hz,
            microvolts=signal.microvolts.astype(np.float64),
            resolution_uv=0.1,
            floor_uv=-signal.reach,
            ceiling_uv=signal.reach,
        )
        for signal in simulated.signals
        if signal.label in ROLES
    }
    return LegLeads(
        left=leads["left"],
        right=leads["right"],
        chin=leads["chin"],
        eeg=leads["eeg"],
        ecg=leads["ecg"],
    )


def is_counted(event: Event) -> bool:
    return event.is_accepted and event.grade in (None, "A", "B")


def print_levels() -> None:
    print(
        "\nlevel   kind                                  n precision recall     F1  onset  length"
    )
    for difficulty in Difficulty:
        simulated = simulate(graded_night(difficulty, 2))
        arousals = np.array([(a.onset_s, a.offset_s) for a in simulated.arousals]).reshape(-1, 2)
        found = detect(leads_of(simulated), simulated.hypnogram, None, arousals, PARAMETERS).events
        for kind in KINDS:
            agreement = match_events(
                [e for e in simulated.truth if e.kind is kind],
                [e for e in found if e.kind is kind and is_counted(e)],
            )
            print(f"{difficulty:7s} {kind:34s} {agreed(agreement)}")
        print_psgscoring(difficulty, simulated, found)


def print_psgscoring(
    difficulty: Difficulty, simulated: SimulatedNight, ours: tuple[Event, ...]
) -> None:
    """Leg movements of the left leg by psgscoring beside ours, where it can be imported."""
    if importlib.util.find_spec("psgscoring") is None:
        print(f"{difficulty:7s} psgscoring is not installed: nothing beside ours")
        return
    plm = importlib.import_module("psgscoring.plm")
    signal = simulated.signal("EMG LAT")
    stages = [("W", "N1", "N2", "N3", "R")[int(s)] for s in simulated.hypnogram.stages]
    result = plm.analyze_plm(
        signal.microvolts.astype(np.float64), None, signal.rate_hz, stages, leg_unit="uV"
    )
    theirs = [
        Event(
            kind=EventKind.UNILATERAL_LM,
            rule_set="psgscoring",
            onset_s=float(row["onset_s"]),
            duration_s=float(row["duration_s"]),
        )
        for row in result["events"]
    ]
    asleep = [e for e in simulated.truth if is_left_in_sleep(e, simulated.hypnogram)]
    mine = [e for e in ours if is_left_in_sleep(e, simulated.hypnogram)]
    for name, found in (("ours", mine), ("psgscoring", theirs)):
        words = f"left LM in sleep, {name}"
        print(f"{difficulty:7s} {words:34s} {agreed(match_events(asleep, found))}")


def is_left_in_sleep(event: Event, staged: Hypnogram) -> bool:
    is_mine = event.kind is EventKind.UNILATERAL_LM and event.side is Side.LEFT
    return is_mine and staged.stage_at(event.onset_s) in SLEEP


def agreed(agreement: EventAgreement) -> str:
    lengths_s = [abs(f.duration_s - t.duration_s) for t, f in agreement.pairs] or [np.nan]
    onsets_s = np.abs(agreement.onset_errors_s or (np.nan,))
    scores = [
        f"{np.nan if x is None else x:7.3f}"
        for x in (agreement.precision, agreement.recall, agreement.f1)
    ]
    errors = f"{1000 * np.median(onsets_s):5.1f} {1000 * np.median(lengths_s):7.1f} ms"
    return f"{agreement.n_reference:4d}  {' '.join(scores)} {errors}"


def first_and_best_s(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of the first of three runs in this process, and of the fastest."""
    runs = []
    for _ in range(3):
        started_s = time.process_time()
        work()
        runs.append(time.process_time() - started_s)
    return runs[0], min(runs)


def yasa_staging(path: Path) -> Any:
    """Stage by YASA from EEG and EOG, which have one rate."""
    import mne
    import yasa

    warnings.simplefilter("ignore")  # scikit-learn: a label encoder of an older version
    saved = np.load(path)
    values = np.stack([saved[label] for label in STAGED_BY]) * 1e-6
    rate_hz = float(saved["eeg_rate_hz"])
    info = mne.create_info(list(STAGED_BY), rate_hz, ["eeg", "eog"], verbose="error")
    raw = mne.io.RawArray(values.astype(np.float64), info, verbose="error")
    return yasa.SleepStaging(raw, eeg_name=STAGED_BY[0], eog_name=STAGED_BY[1]).predict()


def saved_night(path: Path) -> None:
    """Write a middle night's legs and other leads, stages and arousals for `measured`."""
    simulated = simulate(graded_night(Difficulty.MIDDLE, 1, leg_hz=BIG_RATE_HZ))
    kept: dict[str, Any] = {
        "stages": simulated.hypnogram.stages,
        "arousals": np.array([(a.onset_s, a.offset_s) for a in simulated.arousals]).reshape(-1, 2),
        "eeg_rate_hz": simulated.signal(STAGED_BY[0]).rate_hz,
    }
    for signal in simulated.signals:
        if signal.label in {*ROLES, *STAGED_BY}:
            kept[signal.label] = signal.microvolts
            kept[f"rate of {signal.label}"] = signal.rate_hz
            kept[f"reach of {signal.label}"] = signal.reach
    np.savez(path, **kept)


def measured(way: str, path: Path) -> dict[str, float]:
    """Run one way in this process; the leads are read before, and are not counted."""
    if way == "night":
        saved_night(path)
        return {}
    if way == "yasa":
        first_s, best_s = first_and_best_s(lambda: yasa_staging(path))
        return {"first_s": first_s, "best_s": best_s}
    saved = np.load(path)
    chosen: dict[str, Any] = {
        role: Lead(
            role=role,
            label=label,
            rate_hz=float(saved[f"rate of {label}"]),
            microvolts=saved[label].astype(np.float64),
            resolution_uv=0.1,
            floor_uv=-float(saved[f"reach of {label}"]),
            ceiling_uv=float(saved[f"reach of {label}"]),
        )
        for label, role in ROLES.items()
        if way == "all" or role in BOTH_LEGS or (way == "ecg" and role == "ecg")
    }
    leads = LegLeads(**chosen)
    staged = Hypnogram(stages=saved["stages"], source="simulated")
    arousals = saved["arousals"] if way == "all" else None

    def work() -> object:
        return detect(leads, staged, None, arousals, PARAMETERS)

    before_mb = peak_rss_mb()
    first_s, best_s = first_and_best_s(work)
    beyond_mb = peak_rss_mb() - before_mb
    tracemalloc.start()
    work()
    most_mb = tracemalloc.get_traced_memory()[1] / 2**20
    return {"first_s": first_s, "best_s": best_s, "traced_mb": most_mb, "rss_mb": beyond_mb}


def peak_rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def print_costs() -> None:
    """CPU and memory of both legs of 8 h at 512 Hz, beside YASA's staging of the same night."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "night.npz"
        in_child(MODULE, "night", path)
        found = {way: in_child(MODULE, way, path) for way in ("legs", "ecg", "all", "yasa")}
    print(
        "\n8 h, legs at 512 Hz, seven settings; each in a fresh process: first run, best of three"
    )
    names = {
        "legs": "both legs alone (bar: 1.5 CPU s, 400 MB)",
        "ecg": "both legs and an ECG",
        "all": "legs, ECG, chin, EEG, arousals",
        "yasa": "YASA's staging by EEG and EOG",
    }
    for way, cost in found.items():
        memory = (
            f"; beyond the leads {cost['traced_mb']:.0f} MB (resident {cost['rss_mb']:.0f})"
            if "traced_mb" in cost
            else ""
        )
        times = f"{cost['first_s']:.2f}, {cost['best_s']:.2f} CPU s"
        ratio = cost["best_s"] / found["yasa"]["best_s"]
        print(f"{names[way]:42s} {times}{memory}; ratio to YASA {ratio:.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--way", help="measure one way in this process, for the costs")
    arguments.add_argument("--only-costs", action="store_true", help="print nothing but the costs")
    arguments.add_argument("path", type=Path, nargs="?")
    told = arguments.parse_args()
    if told.way:
        print(json.dumps(measured(told.way, told.path)))
        return
    print_costs()  # first: a child's peak begins at that of its parent
    if not told.only_costs:
        print_lengths()
        print_contaminants()
        print_levels()


def print_lengths() -> None:
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
