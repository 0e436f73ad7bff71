"""Counts and indices over the detector's settings: the least and the greatest, or why not."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.delay import DelayParameters
from pipeline.events import Event, EventKind, TaggedEvent
from pipeline.hypnogram import from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure
from pipeline.report.answer import spread

H = from_letters("1" * 60 + "2" * 60)  # half an hour of each


def _start(onset_s: float, grade: str = "A") -> Event:
    return Event(kind=EventKind.SLEEP_START, rule_set="rules", onset_s=onset_s, duration_s=0.2,
                 grade=grade)  # fmt: skip


def _plm(onset_s: float) -> Event:
    return Event(kind=EventKind.LEG_MOVEMENT, rule_set="WASM_2016", onset_s=onset_s,
                 duration_s=1.0, is_clm=True, is_plm=True)  # fmt: skip


def _measured(events: tuple[Event, ...], *others: tuple[Event, ...]) -> dict[str, Metric]:
    inputs = MetricInputs(
        hypnogram=H,
        lights_off_s=0.0,
        lights_on_s=H.end_s,
        events=tuple(
            TaggedEvent(event=e, stage=H.stage_at(e.onset_s), stage_at_offset=H.stage_at(e.onset_s))
            for e in events
        ),
        scorable_s={"leg_left": np.full(len(H), 30.0)},
        other_settings=others,
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}


def _ends(found: dict[str, Metric], name: str) -> tuple[float | None, float | None]:
    return found[f"{name}_lowest_setting"].value, found[f"{name}_highest_setting"].value


def test_the_published_count_is_one_of_those_that_span_the_spread() -> None:
    jerks = tuple(_start(100.0 * n) for n in range(1, 6))
    found = _measured(jerks[:3], jerks[:3], jerks)
    assert _ends(found, "jerks_n1") == (3, 5)


def test_jerks_of_grade_c_and_outside_n1_do_not_count() -> None:
    found = _measured((), (_start(100.0, "C"), _start(2000.0), _start(200.0)))
    assert _ends(found, "jerks_n1") == (0, 1)


def test_indices_are_counted_as_the_published_ones_are() -> None:
    found = _measured((_plm(100.0),), (), (_plm(100.0), _plm(2000.0)))
    assert _ends(found, "plms_wasm_2016_per_h") == (0.0, 2.0)
    assert _ends(found, "clm_wasm_2016_per_h") == (0.0, 2.0)
    assert _ends(found, "plms_aasm_v3_per_h") == (0.0, 0.0)


def test_where_no_other_setting_was_tried_the_spread_is_absent_with_the_reason() -> None:
    found = _measured((_start(100.0),))
    assert _ends(found, "jerks_n1") == (None, None)
    assert "no other setting" in found["jerks_n1_lowest_setting"].reason


@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_the_spread_says_that_it_is_no_confidence_interval(end: str) -> None:
    metric = _measured((), ())[f"jerks_n1_{end}_setting"]
    assert "not a confidence interval" in metric.definition
    assert (metric.low, metric.high) == (None, None)


def test_the_report_shows_the_spread_beside_the_count() -> None:
    found = _measured((_start(100.0),), (_start(100.0), _start(200.0)))
    assert spread("jerks_n1", found) == "1 to 2 over detector settings"
    assert spread("lps_min", found) == ""
