"""What frees a short burst of one leg from being myoclonus, and what noise must not do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.events import EventKind
from pipeline.hypnogram import from_letters
from pipeline.legs.activity import LegActivity
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.leg_leads import LegLeads
from pipeline.recording import Lead
from tests.unit.legs_signal import Drawn, ecg, lead, samples

N2 = from_letters("2" * 20)
DURATION_S = 600.0
TWITCHES_S = [40.0 * k + 31.0 for k in range(13)]
AMONG_S = TWITCHES_S[6]
TWITCHES = [(onset_s, 0.11, 100.0) for onset_s in TWITCHES_S]
STEADY_S = np.arange(0.5, DURATION_S, 1.0)


def faster_after(onset_s: float) -> NDArray[np.float64]:
    """Beats of 60 a minute that come at 75 for ten seconds after the onset."""
    before, after = STEADY_S[onset_s + 10.0 > STEADY_S], STEADY_S[onset_s + 10.0 <= STEADY_S]
    return np.concatenate(
        (before[before <= onset_s], np.arange(onset_s + 0.3, onset_s + 10.0, 0.8), after)
    )


def found(
    left: Drawn, right: Drawn = (), *, chin: Lead | None = None, heart: Lead | None = None
) -> LegActivity:
    leads = LegLeads(
        left=lead(samples(left, duration_s=DURATION_S)),
        right=lead(samples(right, duration_s=DURATION_S, seed=2), role="leg_right"),
        chin=chin,
        ecg=heart,
    )
    return detect(leads, N2, None, None, LegParameters())


def myoclonus(activity: LegActivity) -> list[float]:
    kind = EventKind.FRAGMENTARY_MYOCLONUS
    return [round(e.onset_s) for e in activity.events if e.kind is kind]


def test_without_company_every_twitch_that_recurs_is_myoclonus() -> None:
    assert myoclonus(found(TWITCHES)) == TWITCHES_S


@pytest.mark.parametrize("what", ["chin", "heart"])
def test_a_burst_with_chin_or_a_faster_heart_is_none(what: str) -> None:
    chin = samples([(AMONG_S, 0.11, 60.0)], duration_s=DURATION_S, rest_uv=5.0, seed=3)
    heart = ecg(faster_after(AMONG_S), duration_s=DURATION_S)
    activity = found(
        TWITCHES,
        chin=lead(chin, role="chin") if what == "chin" else None,
        heart=heart if what == "heart" else None,
    )
    assert myoclonus(activity) == [t for t in TWITCHES_S if t != AMONG_S]


def test_a_chin_that_grew_tense_before_the_burst_is_no_company() -> None:
    tense = samples([(AMONG_S - 1.5, 5.0, 30.0)], duration_s=DURATION_S, rest_uv=5.0, seed=3)
    assert myoclonus(found(TWITCHES, chin=lead(tense, role="chin"))) == TWITCHES_S


def test_a_small_burst_between_does_not_break_a_rhythm_of_both_legs() -> None:
    beats = [(100.0 + 1.6 * k, 0.3, 80.0) for k in range(6)]
    with_noise = [*beats, (105.7, 0.06, 9.0)]
    kinds = [e.kind for e in found(with_noise, beats).events]
    assert kinds.count(EventKind.RHYTHMIC_MOVEMENT) == 1
    rhythm = next(e for e in found(with_noise, beats).events if e.kind.value.startswith("rhy"))
    assert rhythm.n_parts == 12


def test_a_small_burst_of_the_other_leg_is_no_partner() -> None:
    activity = found([(100.0, 0.2, 100.0)], [(100.02, 0.06, 9.0)])
    jerk = next(e for e in activity.events if e.kind is EventKind.SLEEP_START and e.is_accepted)
    assert jerk.is_both_legs is False
