"""Laws that hold for every night, however odd."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.arousal_parameters import ArousalParameters
from pipeline.delay import DelayParameters
from pipeline.descents import Descent, DescentParameters, find_descents
from pipeline.events import Event, EventKind
from pipeline.hypnogram import from_letters
from pipeline.leg_limits import scorable_per_epoch
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure
from pipeline.tagging import TaggingParameters, arousal_scoring, tag

letters = st.text("W123R?M", max_size=80)
onsets_s = st.lists(st.floats(0.0, 2400.0).map(lambda x: round(x, 3)), max_size=12)
RULES = DescentParameters()


def analysed(
    night: str, jerks_s: list[float], arousals_s: list[float], offset_s: float = 0.0
) -> tuple[dict[str, Metric], tuple[Descent, ...]]:
    hypnogram = from_letters(night, offset_s=offset_s)
    off_s, on_s = hypnogram.offset_s, hypnogram.end_s
    jerks = [_event(EventKind.SLEEP_START, x + offset_s) for x in jerks_s]
    arousals = [_event(EventKind.AROUSAL, x + offset_s) for x in arousals_s]
    onsets = np.array([e.onset_s for e in jerks])
    descents = find_descents(hypnogram, off_s, on_s, onsets, RULES)
    scoring = arousal_scoring(arousals, hypnogram, ArousalParameters(), source="technician")
    scorable = scorable_per_epoch(hypnogram, np.array([[300.0, 333.0]]) + offset_s)
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=off_s,
        lights_on_s=on_s,
        events=tag(jerks + arousals, hypnogram, scoring, descents, TaggingParameters()),
        descents=descents,
        scorable_s={"leg_left": scorable},
        has_arousals=True,
    )
    metrics = measure(inputs, MetricParameters(), DelayParameters())
    return {m.name: m for m in metrics}, descents


def _event(kind: EventKind, onset_s: float) -> Event:
    return Event(kind=kind, rule_set="test", onset_s=onset_s, duration_s=0.25, grade="A")


@settings(max_examples=60, deadline=None)
@given(letters, onsets_s, onsets_s)
def test_any_night_has_the_same_numbers_each_with_a_value_or_a_reason(
    night: str, jerks_s: list[float], arousals_s: list[float]
) -> None:
    found, _ = analysed(night, jerks_s, arousals_s)
    empty, _ = analysed("", [], [])

    assert list(found) == list(empty)
    for metric in found.values():
        assert (metric.value is None) == bool(metric.reason), metric
        assert metric.definition.endswith(".")


@settings(max_examples=60, deadline=None)
@given(letters, onsets_s)
def test_intervals_hold_their_value(night: str, jerks_s: list[float]) -> None:
    found, _ = analysed(night, jerks_s, [])

    for m in found.values():
        assert (m.low is None) == (m.high is None)
        if m.low is not None and m.high is not None and m.value is not None:
            assert m.low - 1e-9 <= m.value <= m.high + 1e-9


@settings(max_examples=60, deadline=None)
@given(letters)
def test_the_stages_and_the_unscored_time_fill_the_time_in_bed(night: str) -> None:
    found, _ = analysed(night, [], [])

    names = ("wake_min", "n1_min", "n2_min", "n3_min", "r_min", "unscored_min")
    parts = [found[name].value or 0.0 for name in names]
    assert sum(parts) == pytest.approx(found["trt_min"].value)


@settings(max_examples=60, deadline=None)
@given(st.text("W123R", min_size=1, max_size=80).filter(lambda x: x.strip("W")))
def test_sol_and_waso_and_tst_fill_a_night_that_is_staged_throughout(night: str) -> None:
    found, _ = analysed(night, [], [])

    parts = [found[name].value or 0.0 for name in ("sol_min", "waso_min", "tst_min")]
    assert sum(parts) == pytest.approx(found["trt_min"].value)


@settings(max_examples=40, deadline=None)
@given(letters, onsets_s, onsets_s, st.integers(1, 50))
def test_a_night_that_begins_later_in_the_record_has_the_same_numbers(
    night: str, jerks_s: list[float], arousals_s: list[float], n_epochs: int
) -> None:
    # A multiple of 2^-10 s keeps the shifted times exact.
    jerks = [round(x * 1024) / 1024 for x in jerks_s]
    arousals = [round(x * 1024) / 1024 for x in arousals_s]

    here, _ = analysed(night, jerks, arousals)
    later, _ = analysed(night, jerks, arousals, offset_s=30.0 * n_epochs)

    assert {k: m.value for k, m in here.items()} == pytest.approx(
        {k: m.value for k, m in later.items()}, nan_ok=False
    )


@settings(max_examples=60, deadline=None)
@given(letters, onsets_s)
def test_descents_do_not_overlap_and_share_out_the_jerks(night: str, jerks_s: list[float]) -> None:
    _, descents = analysed(night, jerks_s, [])

    for before, after in pairwise(descents):
        assert before.end_s < after.start_s
    for d in descents:
        assert 0.0 <= d.n1_s <= d.end_s - d.start_s
        assert d.jerks_s == tuple(sorted(x for x in jerks_s if d.start_s <= x < d.end_s))


@settings(max_examples=40, deadline=None)
@given(letters, onsets_s)
def test_jerks_by_stage_add_up(night: str, jerks_s: list[float]) -> None:
    found, _ = analysed(night, jerks_s, [])

    if found["jerks"].value is not None:
        parts = [found[f"jerks_{s}"].value or 0 for s in ("wake", "n1", "n2", "n3", "r")]
        assert found["jerks"].value >= sum(parts)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 700.0), st.floats(0.0, 60.0)), max_size=8),
    st.integers(0, 20),
)
def test_scorable_time_is_what_counting_milliseconds_gives(
    stretches: list[tuple[float, float]], n_epochs: int
) -> None:
    hypnogram = from_letters("1" * n_epochs)
    cut = np.array([(round(a, 3), round(a + b, 3)) for a, b in stretches]).reshape(-1, 2)
    milliseconds = np.ones(n_epochs * 30_000, dtype=bool)
    for start, stop in np.round(cut * 1000).astype(int):
        milliseconds[start:stop] = False

    found = scorable_per_epoch(hypnogram, cut)

    naive = milliseconds.reshape(n_epochs, 30_000).sum(axis=1) / 1000
    assert found == pytest.approx(naive, abs=1e-6)
