"""The truth says what the channels show: lost legs, swapped legs, one channel for both."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from pipeline.events import Event, EventKind, Side
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.recipe import (
    Contaminants,
    LegMontage,
    LegPlan,
    MovementPlan,
    Rates,
    Recipe,
)

MIRROR = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
SMALL = Recipe(
    duration_h=3.0,
    rates=Rates(eeg_hz=50.0, chin_hz=50.0, leg_hz=128.0, ecg_hz=50.0),
    movements=MovementPlan(n_plm_series=3, n_alternating=2),
)


def night(montage: LegMontage, plan: Contaminants | None = None) -> SimulatedNight:
    legs = LegPlan(montage=montage)
    changes = {"legs": legs, "contaminants": plan or Contaminants()}
    return simulate(SMALL.model_copy(update=changes))


def leg_labels(simulated: SimulatedNight) -> list[str]:
    return [
        s.label for s in simulated.signals if s.label.startswith("EMG") and "Chin" not in s.label
    ]


@pytest.fixture(scope="module")
def both() -> SimulatedNight:
    return night("both")


@pytest.mark.parametrize(
    ("montage", "labels"),
    [
        ("both", ["EMG LAT", "EMG RAT"]),
        ("swapped", ["EMG LAT", "EMG RAT"]),
        ("identical", ["EMG LAT", "EMG RAT"]),
        ("left_only", ["EMG LAT"]),
        ("right_only", ["EMG RAT"]),
        ("combined", ["EMG LEG"]),
    ],
)
def test_each_montage_has_its_channels(montage: LegMontage, labels: list[str]) -> None:
    assert leg_labels(night(montage)) == labels


@pytest.mark.parametrize(("montage", "side"), [("left_only", "left"), ("right_only", "right")])
def test_one_leg_shows_its_own_events_only(
    montage: LegMontage, side: str, both: SimulatedNight
) -> None:
    one = night(montage)
    assert {b.side for b in one.bursts} == {Side(side)}
    assert {e.side for e in one.truth} == {Side(side)}
    assert len(one.bursts) == sum(b.side == side for b in both.bursts)
    assert not any(e.is_both_legs for e in one.truth)


def test_swapped_leads_give_the_mirrored_night(both: SimulatedNight) -> None:
    swapped = night("swapped")
    assert np.array_equal(swapped.signal("EMG LAT").values, both.signal("EMG RAT").values)
    mirrored = [replace(b, side=MIRROR[b.side]) for b in both.bursts]
    assert list(swapped.bursts) == mirrored
    assert [e.side for e in swapped.truth] == [MIRROR.get(e.side, e.side) for e in both.truth]


def test_one_channel_for_both_legs_knows_no_side(both: SimulatedNight) -> None:
    combined = night("combined")
    assert {e.side for e in combined.truth} == {Side.UNKNOWN}
    assert {e.channel for e in combined.truth} == {"EMG LEG"}
    assert len(combined.bursts) == len(both.bursts)
    total = both.signal("EMG LAT").values + both.signal("EMG RAT").values
    assert np.array_equal(combined.signal("EMG LEG").values, total)


def test_identical_legs_are_one_leg_twice_and_an_artefact_all_night() -> None:
    same = night("identical")
    assert np.array_equal(same.signal("EMG LAT").values, same.signal("EMG RAT").values)
    spoiled = same.events(EventKind.ARTEFACT)
    assert {(e.side, e.onset_s, e.duration_s) for e in spoiled} == {
        (Side.LEFT, 0.0, 10800.0),
        (Side.RIGHT, 0.0, 10800.0),
    }


def test_a_lost_lead_takes_its_bursts_and_leaves_the_other_legs(both: SimulatedNight) -> None:
    plan = Contaminants(lead_off_leg="left", lead_off_start=0.3, lead_off_stop=0.9)
    lost = night("both", plan)
    span = (0.3 * 10800.0, 0.9 * 10800.0)
    left = [b for b in lost.bursts if b.side is Side.LEFT]
    assert not any(b.onset_s < span[1] and b.offset_s > span[0] for b in left)
    assert left
    right = [(b.onset_s, b.duration_s) for b in lost.bursts if b.side is Side.RIGHT]
    assert right == [(b.onset_s, b.duration_s) for b in both.bursts if b.side is Side.RIGHT]


def test_each_event_is_the_hull_of_its_bursts(both: SimulatedNight) -> None:
    for index, event in enumerate(both.truth):
        parts = [b for b in both.bursts if b.event == index]
        assert len(parts) == event.n_parts
        assert {b.kind for b in parts} == {event.kind}
        assert event.onset_s == min(b.onset_s for b in parts)
        assert event.offset_s == pytest.approx(max(b.offset_s for b in parts))


def test_the_truth_is_in_order_of_time(both: SimulatedNight) -> None:
    onsets = [e.onset_s for e in both.truth]
    assert onsets == sorted(onsets)
    assert len(onsets) > 50


def movements_of(series: list[Event]) -> list[float]:
    onsets = sorted(e.onset_s for e in series)
    return [t for i, t in enumerate(onsets) if i == 0 or t - onsets[i - 1] > 1.0]


@pytest.mark.parametrize("montage", ["both", "left_only", "right_only"])
def test_what_is_left_of_a_series_is_a_series_by_count_and_interval(montage: LegMontage) -> None:
    plms = [e for e in night(montage).truth if e.is_plm]
    numbers = {e.series for e in plms}
    assert numbers == set(range(1, len(numbers) + 1))
    for number in numbers:
        onsets = movements_of([e for e in plms if e.series == number])
        assert len(onsets) >= 4
        assert all(b - a <= 90.0 for a, b in itertools.pairwise(onsets))


def test_intervals_run_from_movement_to_movement(both: SimulatedNight) -> None:
    series = [e for e in both.truth if e.series == 1]
    onsets = movements_of(series)
    given = [next(e.imi_s for e in series if e.onset_s == t) for t in onsets]
    assert given[0] is None
    assert given[1:] == pytest.approx(np.diff(onsets))
