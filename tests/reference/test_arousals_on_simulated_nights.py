"""The automatic arousals of standard nights against the simulator's: a ratchet."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.arousal_parameters import ArousalParameters
from pipeline.arousals import detect_arousals, scorable_for_arousal
from pipeline.events import Event
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.standard import standard_night
from tests.reference.simulated_leads import simulated_lead

PARAMETERS = ArousalParameters()
# Found when this was written: recall 0.89 to 0.96, precision 0.80 to 0.90, onset 0.09 to 0.15 s.
LEAST_RECALL, LEAST_PRECISION, MOST_ONSET_ERROR_S = 0.88, 0.78, 0.2
LEAST_SEPARATION = 0.85  # of true from false ones by the confidence: area under the curve


class Found:
    """One night's arousals, true and found, by their overlap."""

    def __init__(self, night: SimulatedNight) -> None:
        eeg, chin = (simulated_lead(night, label) for label in ("EEG C4-M1", "EMG Chin"))
        self.events = detect_arousals(eeg, chin, night.hypnogram, PARAMETERS)
        scorable = scorable_for_arousal(night.hypnogram, PARAMETERS)
        truth = _spans(night.arousals)
        self.truth = truth[intervals.contains(scorable, truth[:, 0])]
        self.is_recalled = intervals.overlaps(self.truth, _spans(self.events))
        self.is_true = intervals.overlaps(_spans(self.events), truth)

    @property
    def onset_error_s(self) -> float:
        onsets = np.array([event.onset_s for event in self.events])[self.is_true]
        return float(np.median(np.abs(onsets[:, None] - self.truth[:, 0]).min(axis=1)))


@pytest.fixture(scope="module", params=["plain_256", "delaying_200", "plm_rich_500"])
def found(request: pytest.FixtureRequest) -> Found:
    return Found(simulate(standard_night(request.param)))


def _spans(events: tuple[Event, ...]) -> NDArray[np.float64]:
    return np.array([(e.onset_s, e.offset_s) for e in events], dtype=np.float64).reshape(-1, 2)


@pytest.mark.slow
def test_most_arousals_are_found(found: Found) -> None:
    assert found.is_recalled.mean() >= LEAST_RECALL


@pytest.mark.slow
def test_most_that_are_found_are_there(found: Found) -> None:
    assert found.is_true.mean() >= LEAST_PRECISION


@pytest.mark.slow
def test_they_begin_where_they_should(found: Found) -> None:
    assert found.onset_error_s <= MOST_ONSET_ERROR_S


@pytest.mark.slow
def test_the_confidence_tells_true_from_false_ones(found: Found) -> None:
    confidence = np.array([event.confidence for event in found.events], dtype=np.float64)
    true, false = confidence[found.is_true], confidence[~found.is_true]
    assert (true[:, None] > false).mean() >= LEAST_SEPARATION
