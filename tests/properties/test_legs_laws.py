"""Laws: what is done to the signal is done to the events, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import from_letters
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.leg_leads import LegLeads
from tests.unit.legs_signal import lead, samples

PARAMETERS = LegParameters()
Floats = NDArray[np.float64]
DURATION_S = 240.0
LEFT_DRAWN = [(70.0, 0.15, 90.0), (100.0, 1.5, 60.0), (130.0, 0.1, 40.0), (190.0, 0.3, 80.0)]
RIGHT_DRAWN = [(70.03, 0.15, 90.0), (101.0, 2.0, 60.0), (160.0, 0.6, 40.0)]
KINDS = (EventKind.SLEEP_START, EventKind.UNILATERAL_LM, EventKind.LEG_MOVEMENT)
Row = tuple[EventKind, str, Side, float, float, str | None, str | None]


def legs() -> tuple[Floats, Floats]:
    return (
        samples(LEFT_DRAWN, duration_s=DURATION_S, seed=11),
        samples(RIGHT_DRAWN, duration_s=DURATION_S, seed=12),
    )


def rows(left: Floats, right: Floats, *, shift_s: float = 0.0, wake_epochs: int = 0) -> list[Row]:
    stages = "W" * wake_epochs + "1" * 8
    found = detect(
        LegLeads(left=lead(left), right=lead(right, role="leg_right")),
        from_letters(stages),
        None,
        None,
        PARAMETERS,
    ).events
    return [_row(event, shift_s) for event in found if event.kind is not EventKind.ARTEFACT]


def _row(event: Event, shift_s: float) -> Row:
    return (
        event.kind,
        event.rule_set,
        event.side,
        round(event.onset_s - shift_s, 2),
        round(event.duration_s, 2),
        event.grade,
        event.reason,
    )


def same(found: list[Row], expected: list[Row]) -> None:
    """Compare rows; times within one sample."""
    assert [row[:3] + row[5:] for row in found] == [row[:3] + row[5:] for row in expected]
    for mine, theirs in zip(found, expected, strict=True):
        assert mine[3:5] == pytest.approx(theirs[3:5], abs=0.011)


def test_the_signal_holds_events_worth_a_law() -> None:
    kinds = {row[0] for row in rows(*legs())}
    assert kinds >= {EventKind.SLEEP_START, EventKind.UNILATERAL_LM, EventKind.LEG_MOVEMENT}


def test_swapping_the_legs_swaps_the_sides() -> None:
    left, right = legs()
    swap = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
    swapped = [(*row[:2], swap.get(row[2], row[2]), *row[3:]) for row in rows(right, left)]
    key: Callable[[Row], tuple[float, str, str, str]] = lambda r: (r[3], r[0], r[1], r[2])  # noqa: E731 a typed key
    same(sorted(swapped, key=key), sorted(rows(left, right), key=key))


def test_flipping_the_polarity_changes_nothing() -> None:
    left, right = legs()
    same(rows(-left, right), rows(left, right))


def test_an_offset_of_the_baseline_changes_nothing() -> None:
    left, right = legs()
    same(rows(left + 40.0, right - 20.0), rows(left, right))


@pytest.mark.parametrize("n_epochs", [1, 3])
def test_shifting_by_epochs_shifts_the_events(n_epochs: int) -> None:
    left, right = legs()
    head = [samples(duration_s=30.0 * n_epochs, seed=seed) for seed in (21, 22)]
    shifted = rows(
        np.concatenate((head[0], left)),
        np.concatenate((head[1], right)),
        shift_s=30.0 * n_epochs,
        wake_epochs=n_epochs,
    )
    same([row for row in shifted if row[3] >= 60.0], rows(left, right))


@settings(deadline=None, max_examples=8)
@given(st.integers(1, 4), st.integers(0, 4))
def test_padding_with_silence_changes_nothing(before: int, after: int) -> None:
    left, right = legs()
    pad = (before * 30 * 256, after * 30 * 256)
    padded = rows(np.pad(left, pad), np.pad(right, pad), shift_s=30.0 * before, wake_epochs=before)
    same(padded, rows(left, right))


def test_joining_two_nights_gives_the_events_of_both() -> None:
    left, right = legs()
    single = rows(left, right)
    joined = detect(
        LegLeads(left=lead(np.tile(left, 2)), right=lead(np.tile(right, 2), role="leg_right")),
        from_letters("1" * 16),
        None,
        None,
        PARAMETERS,
    ).events
    parts = ([e for e in joined if e.onset_s < DURATION_S], [e for e in joined if e.onset_s >= 240])
    for part, shift_s in zip(parts, (0.0, DURATION_S), strict=True):
        plain = [replace(e, imi_s=None, series=None) for e in part]
        same([_row(e, shift_s) for e in plain], single)


def test_a_louder_recording_keeps_its_jerks() -> None:
    left, right = legs()
    quiet = [row for row in rows(left, right) if row[0] is EventKind.SLEEP_START and row[5]]
    loud = [
        row for row in rows(1.5 * left, 1.5 * right) if row[0] is EventKind.SLEEP_START and row[5]
    ]
    same(loud, quiet)


def resampled(values: Floats, rate_hz: float) -> Floats:
    """The same curve at another rate, through its spectrum."""
    n_samples = round(len(values) * rate_hz / 256.0)
    return np.asarray(signal.resample(values, n_samples), dtype=np.float64)


@pytest.mark.parametrize("rate_hz", [384.0, 500.0, 512.0])
def test_resampling_changes_no_event(rate_hz: float) -> None:
    left, right = legs()
    found = detect(
        LegLeads(
            left=lead(resampled(left, rate_hz), rate_hz=rate_hz),
            right=lead(resampled(right, rate_hz), rate_hz=rate_hz, role="leg_right"),
        ),
        from_letters("1" * 8),
        None,
        None,
        PARAMETERS,
    ).events
    accepted = [row for row in map(_plain, found) if row[0] in KINDS and row[6] is None]
    expected = [row for row in rows(left, right) if row[0] in KINDS and row[6] is None]
    assert [row[:3] + row[5:] for row in accepted] == [row[:3] + row[5:] for row in expected]
    for mine, theirs in zip(accepted, expected, strict=True):
        assert mine[3:5] == pytest.approx(theirs[3:5], abs=0.02)


def _plain(event: Event) -> Row:
    return _row(event, 0.0)


def movements(rest_uv: float) -> int:
    """How many of 90 true movements of one leg, and others, are found over that rest."""
    generator = np.random.default_rng(77)
    drawn = [
        (20.0 + 10.0 * k, float(generator.uniform(0.7, 4.0)), float(generator.uniform(25.0, 120.0)))
        for k in range(90)
    ]
    values = samples(drawn, duration_s=930.0, rest_uv=rest_uv, seed=5)
    found = detect(LegLeads(left=lead(values)), None, None, None, PARAMETERS).events
    return sum(event.kind is EventKind.UNILATERAL_LM for event in found)


@pytest.mark.parametrize("rest_uv", [1.0, 2.0, 4.0, 6.0, 8.0])
def test_rest_of_1_to_8_uv_changes_the_number_of_movements_by_at_most_2_in_100(
    rest_uv: float,
) -> None:
    assert movements(rest_uv) == pytest.approx(90, abs=0.02 * 90)
