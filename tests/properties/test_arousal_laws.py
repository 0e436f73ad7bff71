"""What holds of the automatic arousals of any night."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import intervals
from pipeline.arousal_parameters import ArousalParameters
from pipeline.arousals import detect_arousals, scorable_for_arousal
from pipeline.hypnogram import EPOCH_S, Stage, from_letters
from tests.unit.test_arousals import background, lead, tone

PARAMETERS = ArousalParameters()
N_EPOCHS = 10
STABLE_S, SHORTEST_S = 10.0, 3.0  # the manual's, whatever the parameters say

letters = st.text("W123R?", min_size=N_EPOCHS, max_size=N_EPOCHS)
shifts = st.lists(
    st.tuples(
        st.floats(0.0, 290.0), st.floats(0.5, 20.0), st.sampled_from([6.0, 10.0, 13.0, 20.0])
    ),
    min_size=1,
    max_size=8,
)


@given(letters=letters, shifts=shifts, has_chin=st.booleans())
@settings(max_examples=60, deadline=None)
def test_none_begins_before_10_s_of_sleep_or_lasts_under_3_s(
    letters: str, shifts: list[tuple[float, float, float]], *, has_chin: bool
) -> None:
    signal = background(N_EPOCHS * EPOCH_S)
    for onset_s, duration_s, frequency_hz in shifts:
        signal = tone(signal, onset_s, duration_s, frequency_hz)
    hypnogram = from_letters(letters)
    chin = lead(np.abs(signal)) if has_chin else None

    events = detect_arousals(lead(signal), chin, hypnogram, PARAMETERS)

    ends_s = 0.0
    for event in events:
        before_s = event.onset_s - np.array([0.01, 3.0, 6.0, STABLE_S])
        stages = [hypnogram.stage_at(x) for x in (event.onset_s, *before_s) if x >= 0.0]
        assert len(stages) == 1 + len(before_s)
        assert all(Stage.N1 <= stage <= Stage.R for stage in stages)
        assert event.onset_s - ends_s >= STABLE_S
        assert event.duration_s >= SHORTEST_S
        assert event.confidence is not None
        assert 0.0 <= event.confidence <= 1.0
        assert has_chin or hypnogram.stage_at(event.onset_s) is not Stage.R
        ends_s = event.offset_s
    onsets_s = np.array([event.onset_s for event in events])
    scorable = scorable_for_arousal(hypnogram, PARAMETERS, has_chin=has_chin)
    assert intervals.contains(scorable, onsets_s).all()
