"""Whole simulated nights of three difficulties, each scored from its file without annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis import analyse
from pipeline.edf.study_writer import write_study
from pipeline.event_agreement import EventAgreement, match_events
from pipeline.events import Event, EventKind, Side
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.settings import Settings
from pipeline.simulate.difficulty import Difficulty, graded_night
from pipeline.simulate.night import simulate

RATES_HZ = (200.0, 256.0, 499.99, 500.0, 512.0, 200.0, 256.0, 512.0)
FIRST_SEEDS = {Difficulty.EASY: 9101, Difficulty.MIDDLE: 9201, Difficulty.HARD: 9301}
NEIGHBOURS = (
    EventKind.FRAGMENTARY_MYOCLONUS,
    EventKind.FOOT_TREMOR,
    EventKind.ALTERNATING_ACTIVATION,
    EventKind.RHYTHMIC_MOVEMENT,
    EventKind.HIGH_FREQUENCY_LM,
    EventKind.ARTEFACT,
)
NEAR_S = 0.1
HOUR_S = 3600.0
IsWanted = Callable[[Event], bool]


@dataclass(frozen=True)
class GradedNight:
    """The true events of a night, and the accepted ones that were found."""

    rate_hz: float
    duration_s: float
    true: tuple[Event, ...]
    found: tuple[Event, ...]

    def agreement(self, is_wanted: IsWanted) -> EventAgreement:
        return match_events(
            [e for e in self.true if is_wanted(e)], [e for e in self.found if is_wanted(e)]
        )


def score_night(difficulty: Difficulty, seed: int, rate_hz: float, folder: Path) -> GradedNight:
    night = simulate(graded_night(difficulty, seed, leg_hz=rate_hz))
    path = folder / f"{night.recipe.name}.edf"
    write_study(path, night, annotations=False)
    scored = analyse(read_study(path, None, MontageParameters()), Settings())
    path.unlink()
    return GradedNight(
        rate_hz=rate_hz,
        duration_s=night.hypnogram.end_s,
        true=night.truth,
        found=tuple(t.event for t in scored.events if t.event.is_accepted),
    )


def score_level(difficulty: Difficulty, folder: Path) -> tuple[GradedNight, ...]:
    seeds = range(FIRST_SEEDS[difficulty], FIRST_SEEDS[difficulty] + len(RATES_HZ))
    return tuple(
        score_night(difficulty, seed, rate_hz, folder)
        for seed, rate_hz in zip(seeds, RATES_HZ, strict=True)
    )


def is_start(event: Event) -> bool:
    return event.kind is EventKind.SLEEP_START and event.grade in (None, "A", "B")


def is_lm_of(side: Side) -> IsWanted:
    return lambda event: event.kind is EventKind.UNILATERAL_LM and event.side is side


def is_lm(event: Event) -> bool:
    return event.kind is EventKind.UNILATERAL_LM


def pooled_f1(nights: Iterable[GradedNight], is_wanted: IsWanted) -> float:
    """F1 over all the nights' events together."""
    parts = [night.agreement(is_wanted) for night in nights]
    n_events = sum(part.n_reference + part.n_found for part in parts)
    return 2.0 * sum(len(part.pairs) for part in parts) / n_events


def n_neighbours(nights: Iterable[GradedNight]) -> int:
    """How many found sleep starts lie at no true one but at one of its neighbours."""
    return sum(
        any(_is_near(start, other) for other in night.true if other.kind in NEIGHBOURS)
        and not any(_is_near(start, other) for other in night.true if is_start(other))
        for night in nights
        for start in night.found
        if is_start(start)
    )


def _is_near(first: Event, second: Event) -> bool:
    return first.onset_s - NEAR_S < second.offset_s and second.onset_s < first.offset_s + NEAR_S


def onset_errors_s(
    nights: Iterable[GradedNight],
    is_wanted: IsWanted,
    is_counted: Callable[[Event, GradedNight], bool] = lambda *_: True,
) -> NDArray[np.float64]:
    """Absolute onset errors of the pairs whose true event is counted."""
    errors = [
        abs(found.onset_s - true.onset_s)
        for night in nights
        for true, found in night.agreement(is_wanted).pairs
        if is_counted(true, night)
    ]
    return np.array(errors)


def in_first_hour(event: Event, night: GradedNight) -> bool:
    del night
    return event.onset_s < HOUR_S


def in_last_hour(event: Event, night: GradedNight) -> bool:
    return event.onset_s >= night.duration_s - HOUR_S
