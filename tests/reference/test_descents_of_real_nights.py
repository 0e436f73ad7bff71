"""Descents and latencies of 64 real nights (OpenNeuro ds005555), by people and by machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.delay import Course, DelayParameters, night_delay
from pipeline.depth import DepthParameters, epoch_steps, sleep_depth
from pipeline.descents import Descent, DescentParameters, find_descents
from pipeline.hypnogram import Hypnogram, Stage, from_letters


@pytest.fixture(scope="module")
def nights(shared: Path) -> dict[str, list[Hypnogram]]:
    text = (shared / "recordings" / "boas_hypnograms.json").read_text(encoding="utf-8")
    every = list(json.loads(text).values())
    return {who: [from_letters(row[who]) for row in every] for who in ("human", "auto")}


def minutes_from_onset(hypnogram: Hypnogram, stage: Stage) -> float | None:
    asleep, reached = np.flatnonzero(hypnogram.is_sleep), np.flatnonzero(hypnogram.stages == stage)
    return float(reached[0] - asleep[0]) / 2 if len(reached) else None


def descents(hypnogram: Hypnogram) -> tuple[Descent, ...]:
    return find_descents(hypnogram, 0.0, hypnogram.end_s, np.empty(0), DescentParameters())


@pytest.mark.parametrize("who", ["human", "auto"])
def test_every_night_has_descents(nights: dict[str, list[Hypnogram]], who: str) -> None:
    assert len(nights[who]) == 64
    assert all(descents(h) for h in nights[who])


def test_the_experts_medians_from_sleep_onset(nights: dict[str, list[Hypnogram]]) -> None:
    to_n2, to_n3 = (
        [minutes_from_onset(h, stage) for h in nights["human"]] for stage in (Stage.N2, Stage.N3)
    )
    assert np.median([x for x in to_n2 if x is not None]) == 1.5
    assert np.median([x for x in to_n3 if x is not None]) == 31.25
    assert sum(x is None for x in to_n3) == 18


@pytest.mark.parametrize(("who", "minutes"), [("human", 1154), ("auto", 723)])
def test_minutes_of_n1(nights: dict[str, list[Hypnogram]], who: str, minutes: int) -> None:
    assert sum(h.minutes(Stage.N1) for h in nights[who]) == pytest.approx(minutes, abs=0.5)


def test_all_n1_after_wake_lies_in_a_descent(nights: dict[str, list[Hypnogram]]) -> None:
    for hypnogram in nights["human"]:
        after_wake = (hypnogram.stages[1:] == Stage.N1) & (hypnogram.stages[:-1] == Stage.W)
        starts_s = {d.start_s for d in descents(hypnogram)}
        assert {30.0 * (i + 1) for i in np.flatnonzero(after_wake)} <= starts_s


def test_jerks_put_into_them_at_random_go_through(nights: dict[str, list[Hypnogram]]) -> None:
    rng = np.random.default_rng(1)
    rules = DelayParameters(n_resamples=100, n_permutations=99)
    for hypnogram in nights["human"]:
        n1 = hypnogram.onsets_s[hypnogram.stages == Stage.N1]
        jerks_s = np.sort(rng.choice(n1, 12) + rng.uniform(0.0, 30.0, 12))

        def find(h: Hypnogram, jerks_s: NDArray[np.float64] = jerks_s) -> tuple[Descent, ...]:
            return find_descents(h, 0.0, h.end_s, jerks_s, DescentParameters())

        course = Course(
            hypnogram=hypnogram,
            descents=find(hypnogram),
            jerks_s=jerks_s,
            depth=sleep_depth(hypnogram, DepthParameters()),
            scorable=epoch_steps(np.ones(len(hypnogram)), epoch_s=30.0),
            arousals_s=np.empty((0, 2)),
        )
        found = night_delay(course, find, (), rules).matched
        assert (found.delay_s is None) == (found.n_matched < 5)
        assert bool(found.reason) == (found.delay_s is None)
