"""Events in other settings of the detector: the excerpt finds what the whole would give."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from pipeline.events import Event, EventKind, Side, Status
from pipeline.hypnogram import from_letters
from pipeline.intervals import to_mask
from pipeline.legs.burst_detection import BurstParameters, find_bursts
from pipeline.legs.bursts import Bursts
from pipeline.legs.candidates import find_candidates
from pipeline.legs.companions import witnesses
from pipeline.legs.conditioning import ConditionedLeg, condition
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.detector_settings import Setting, SettingEvents
from pipeline.legs.envelopes import NightEnvelope, RmsEnvelope
from pipeline.legs.excerpt import excerpt
from pipeline.legs.lead_legs import scorable_legs
from pipeline.legs.leg_bursts import is_activity
from pipeline.legs.leg_leads import LegLeads
from pipeline.legs.leg_movements import LegMovementParameters, LegMovements, find_leg_movements
from pipeline.legs.moving_rms import moving_rms
from pipeline.legs.search import search, shifted_bursts, shifted_movements
from pipeline.legs.stability import StabilityParameters, other_settings, with_stability
from pipeline.legs.weighing import Surroundings, judged
from tests.unit.legs_signal import lead, samples

DURATION_S = 600.0
PARAMETERS = StabilityParameters()
SETTINGS = other_settings(PARAMETERS)


def _conditioned(rate_hz: float, rest_uv: float) -> ConditionedLeg:
    rng = np.random.default_rng(round(rate_hz + rest_uv))
    onsets = np.sort(rng.uniform(1.0, DURATION_S - 3.0, 60))
    drawn = [(t, rng.choice([0.1, 0.2, 0.7, 2.0]), rng.uniform(4.0, 40.0)) for t in onsets]
    for k in range(15):  # two that lie ever further apart
        drawn += [(20.0 + 12.0 * k, 0.05, 40.0), (20.13 + 12.04 * k, 0.05, 40.0)]
    drawn += [(0.0, 0.3, 40.0), (DURATION_S - 0.3, 0.3, 40.0)]  # cut off by the record's ends
    values = samples(drawn, rate_hz=rate_hz, duration_s=DURATION_S, rest_uv=rest_uv)
    found = condition(lead(values, rate_hz=rate_hz), None, ConditioningParameters())
    assert isinstance(found, ConditionedLeg)
    return found


def _whole(leg: ConditionedLeg, kept: NightEnvelope, window: int) -> RmsEnvelope:
    """The envelope of all of the record, which the program never has."""
    return RmsEnvelope(
        microvolts=moving_rms(leg.emg_uv, (kept.n_window,))[0],
        rest_uv=kept.rests[window].rest_uv,
        sigma_uv=kept.rests[window].sigma_uv,
        n_window=kept.n_window,
        rate_hz=kept.rate_hz,
        bounds=kept.bounds,
    )


@pytest.mark.parametrize("rate_hz", [100.0, 256.0, 499.99, 512.0])
@pytest.mark.parametrize("rest_uv", [1.0, 4.0, 8.0])
def test_an_excerpt_gives_what_the_whole_record_gives(rate_hz: float, rest_uv: float) -> None:
    leg = _conditioned(rate_hz, rest_uv)
    bursting, moving = BurstParameters(), LegMovementParameters()
    looked_at = search(leg, SETTINGS, bursting, moving)
    cases = [(0.0, 0), *((s.shift_uv, 1 + s.window) for s in SETTINGS)]
    unusable = to_mask(leg.unusable, len(leg.emg_uv))
    for (shift_uv, window), found in zip(cases, looked_at.found(leg.unusable), strict=True):
        short, long = _whole(leg, leg.short, window), _whole(leg, leg.long, window)
        bursts = find_bursts(short, leg.emg_uv, unusable, shifted_bursts(bursting, shift_uv))
        movements = find_leg_movements(long, unusable, shifted_movements(moving, shift_uv))
        assert len(bursts) > 20
        assert len(movements) > 10
        for name in (field.name for field in fields(Bursts)):
            np.testing.assert_allclose(
                getattr(found.bursts, name), getattr(bursts, name), rtol=1e-5, atol=1e-6
            )
        for name in (field.name for field in fields(LegMovements)):
            np.testing.assert_allclose(
                getattr(found.movements, name), getattr(movements, name), rtol=1e-5, atol=1e-6
            )


@pytest.mark.parametrize("level_uv", [(5.0, 1.0, 3.0), (1.0, 5.0, 3.0)])
def test_a_block_of_two_seconds_is_looked_at_by_the_lower_level(
    level_uv: tuple[float, ...],
) -> None:
    level, nothing = np.array(level_uv, dtype=np.float32), np.zeros(3, dtype=np.float32)
    kept = NightEnvelope(
        highest_uv=np.array([0, 0, 2, 0, 0, 0, 0], dtype=np.float32),
        n_block=4,
        peaks_uv=nothing,
        least_uv=nothing,
        n_window=1,
        rate_hz=10.0,
        bounds=np.array([0, 10, 20, 27]),
        rests=(),
    )
    found = excerpt(kept, [(level, level)], 0.0)
    assert found is not None
    np.testing.assert_array_equal(found.groups, [[2, 18]])
    np.testing.assert_array_equal(found.seconds, [-1, 0, 1, -1])
    np.testing.assert_array_equal(found.bounds, [0, 2, 8, 14, 16])
    np.testing.assert_array_equal(
        found.mask(np.array([[0, 3], [9, 11], [17, 27]])),
        [True] + [False] * 6 + [True] * 2 + [False] * 6 + [True],
    )


def test_a_silent_leg_has_nothing_in_any_setting() -> None:
    values = samples((), duration_s=DURATION_S, rest_uv=0.5)
    leg = condition(lead(values), None, ConditioningParameters())
    assert isinstance(leg, ConditionedLeg)
    looked_at = search(leg, SETTINGS, BurstParameters(), LegMovementParameters())
    found = looked_at.found(leg.unusable)
    assert {len(f.bursts) for f in found} | {len(f.movements) for f in found} == {0}


def test_what_is_accepted_does_not_hang_on_whether_the_refused_are_wanted() -> None:
    rng = np.random.default_rng(12)
    drawn = [
        [(t, rng.uniform(0.05, 0.9), rng.uniform(5.0, 80.0)) for t in rng.uniform(1, 590, 90)]
        for _ in range(2)
    ]
    drawn[1] += drawn[0][:30]  # on both legs
    left, right = (
        lead(samples(each, duration_s=DURATION_S, rest_uv=2.0, seed=seed), role=role)
        for seed, (each, role) in enumerate(zip(drawn, ("leg_left", "leg_right"), strict=True))
    )
    settings, leads = LegParameters(), LegLeads(left=left, right=right)
    steps = (settings.conditioning, settings.bursts, settings.movements)
    legs, _, _ = scorable_legs(leads, None, steps)
    looking = (settings.sleep_starts.evidence, settings.conditioning.heart)
    around = Surroundings(
        hypnogram=None,
        series=np.empty((0, 2)),
        movements=np.concatenate([leg.movements.span_s[leg.movements.is_lm] for leg in legs]),
        respiratory=None,
        witnesses=witnesses(leads, legs, None, None, looking),
    )
    kinds: list[tuple[EventKind | None, ...]] = [(None,) * len(leg.bursts) for leg in legs]
    kinds[0] = (*kinds[0][1:], EventKind.FOOT_TREMOR)
    active = tuple(is_activity(leg, settings.sleep_starts) for leg in legs)
    assert not all(each.all() for each in active)
    found = {}
    for wanted in (True, False):
        candidates = find_candidates(
            legs, tuple(kinds), active, settings.sleep_starts.candidates, with_noise=wanted
        )
        found[wanted] = judged(candidates, legs, around, settings.sleep_starts, with_refused=wanted)
    assert found[False] == tuple(event for event in found[True] if event.is_accepted)
    assert len(found[True]) > len(found[False]) > 10


def test_the_settings_are_three_thresholds_by_two_windows() -> None:
    assert {(s.shift_uv, s.window) for s in SETTINGS} == {
        (shift, window) for shift in (-2.0, 0.0, 2.0) for window in (0, 1)
    }


def _leads(rms_uv: float) -> LegLeads:
    drawn = [(30.0 * n, 1.0, rms_uv) for n in range(1, 19)]
    left = samples(drawn, duration_s=DURATION_S, rest_uv=2.0)
    right = samples((), duration_s=DURATION_S, rest_uv=2.0, seed=5)
    return LegLeads(left=lead(left), right=lead(right, role="leg_right", label="RAT"))


def _mean_stability(rms_uv: float) -> float:
    found = detect(_leads(rms_uv), from_letters("2" * 20), None, None, LegParameters()).events
    shares = [e.stability for e in found if e.kind is EventKind.UNILATERAL_LM]
    assert shares
    return float(np.mean([s for s in shares if s is not None]))


def test_strong_movements_are_stable_and_faint_ones_are_not() -> None:
    assert _mean_stability(40.0) == 1.0
    assert _mean_stability(9.0) < 0.95


def test_only_accepted_starts_and_movements_have_a_stability() -> None:
    found = detect(_leads(40.0), from_letters("2" * 20), None, None, LegParameters()).events
    followed = {EventKind.SLEEP_START, EventKind.LEG_MOVEMENT, EventKind.UNILATERAL_LM}
    for event in found:
        assert (event.stability is not None) == (event.kind in followed and event.is_accepted)


def test_where_no_setting_is_tried_there_is_no_stability_and_all_else_is_the_same() -> None:
    off = LegParameters(stability=StabilityParameters(is_computed=False))
    tried = detect(_leads(40.0), from_letters("2" * 20), None, None, LegParameters())
    plain = detect(_leads(40.0), from_letters("2" * 20), None, None, off)
    assert plain.others == ()
    assert {e.stability for e in plain.events} == {None}
    assert [(e.kind, e.onset_s, e.grade) for e in plain.events] == [
        (e.kind, e.onset_s, e.grade) for e in tried.events
    ]


def _start(onset_s: float, side: Side = Side.LEFT, status: Status = Status.ACCEPTED) -> Event:
    return Event(
        kind=EventKind.SLEEP_START,
        rule_set="rules",
        onset_s=onset_s,
        duration_s=0.2,
        side=side,
        status=status,
    )


def _kept_by(*found: Event) -> float | None:
    other = SettingEvents(setting=Setting(shift_uv=2.0, window=0), events=found)
    return with_stability([_start(10.0)], [other], PARAMETERS)[0].stability


@pytest.mark.parametrize(
    ("found", "share"),
    [
        ((_start(10.1),), 1.0),
        ((_start(9.76),), 1.0),
        ((_start(10.26),), 0.5),
        ((_start(10.0, Side.RIGHT),), 0.5),
        ((), 0.5),
    ],
)
def test_an_event_is_kept_by_one_of_its_kind_and_side_at_its_time(
    found: tuple[Event, ...], share: float
) -> None:
    assert _kept_by(*found) == share


def test_a_rejected_candidate_has_no_stability() -> None:
    other = SettingEvents(setting=Setting(shift_uv=2.0, window=0), events=())
    rejected = _start(10.0, status=Status.REJECTED)
    assert with_stability([rejected], [other], PARAMETERS)[0].stability is None
