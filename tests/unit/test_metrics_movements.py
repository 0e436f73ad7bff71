"""Leg movement indices of drawn nights, for both rule sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.delay import DelayParameters
from pipeline.events import Event, EventKind, TaggedEvent
from pipeline.hypnogram import from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure

H = from_letters("W" * 60 + "2" * 60 + "R" * 60)  # half an hour of each
IN_WAKE_S, IN_N2_S, IN_R_S = 100.0, 2000.0, 4000.0


def movement(onset_s: float, rule_set: str = "WASM_2016", **facts: Any) -> TaggedEvent:
    known: dict[str, Any] = {"is_clm": True, "is_plm": False, "has_arousal": False}
    event = Event(
        kind=EventKind.LEG_MOVEMENT,
        rule_set=rule_set,
        onset_s=onset_s,
        duration_s=1.0,
        **(known | facts),
    )
    return TaggedEvent(
        event=event, stage=H.stage_at(onset_s), stage_at_offset=H.stage_at(event.offset_s)
    )


def measured(
    *events: TaggedEvent,
    letters: str = "",
    has_respiratory: bool = False,
    has_arousals: bool = True,
) -> dict[str, Metric]:
    hypnogram = from_letters(letters) if letters else H
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=0.0,
        lights_on_s=hypnogram.end_s,
        events=events,
        scorable_s={"leg_left": np.full(len(hypnogram), 30.0)},
        has_respiratory=has_respiratory,
        has_arousals=has_arousals,
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}


def test_the_plms_index_counts_series_members_in_sleep_per_hour_of_sleep() -> None:
    found = measured(
        movement(IN_WAKE_S, is_plm=True),
        movement(IN_N2_S, is_plm=True),
        movement(IN_R_S, is_plm=True),
        movement(IN_R_S + 50),
    )

    assert found["plms_wasm_2016_per_h"].value == 2.0
    assert found["plms_n2_wasm_2016_per_h"].value == 2.0
    assert found["plmw_wasm_2016_per_h"].value == 2.0
    assert found["clm_wasm_2016_per_h"].value == 3.0


def test_the_rule_sets_are_never_blended() -> None:
    found = measured(movement(IN_N2_S, "AASM_v3", is_plm=True), movement(IN_N2_S, is_plm=False))

    assert found["plms_aasm_v3_per_h"].value == 1.0
    assert found["plms_wasm_2016_per_h"].value == 0.0


def test_a_movement_that_is_no_candidate_is_still_an_lm_of_wasm_and_not_of_aasm() -> None:
    found = measured(movement(IN_N2_S, is_clm=False), movement(IN_N2_S, "AASM_v3", is_clm=False))

    assert found["lm_wasm_2016_per_h"].value == 1.0
    assert found["clm_wasm_2016_per_h"].value == 0.0
    assert found["lm_aasm_v3_per_h"].value == 0.0


def test_with_arousal_counts_those_that_have_one() -> None:
    found = measured(
        movement(IN_N2_S, is_plm=True, has_arousal=True), movement(IN_N2_S + 30, is_plm=True)
    )

    assert found["plms_with_arousal_wasm_2016_per_h"].value == 1.0


def test_without_respiratory_leaves_the_related_ones_out() -> None:
    found = measured(
        movement(IN_N2_S, is_plm=True, is_plm_nr=None, is_respiratory=True),
        movement(IN_N2_S + 30, is_plm=True, is_plm_nr=True, is_respiratory=False),
        has_respiratory=True,
    )

    assert found["plms_wasm_2016_per_h"].value == 2.0
    assert found["plms_without_respiratory_wasm_2016_per_h"].value == 1.0
    assert found["clm_without_respiratory_wasm_2016_per_h"].value == 1.0


@pytest.mark.parametrize("rule_set", ["aasm_v3", "wasm_2016"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("plms_without_respiratory", "respiratory events were not scored"),
        ("plms_with_arousal", "arousals were not scored, and no EEG allowed to find them"),
    ],
)
def test_what_was_not_scored_is_not_zero(rule_set: str, name: str, reason: str) -> None:
    metric = measured(has_arousals=False)[f"{name}_{rule_set}_per_h"]

    assert (metric.value, metric.reason) == (None, reason)


def test_aasm_scores_no_plmw() -> None:
    metric = measured()["plmw_aasm_v3_per_h"]

    assert (metric.value, metric.reason) == (
        None,
        "the AASM rules score no periodic leg movements in wake",
    )


def test_the_periodicity_index_is_the_share_of_movements_in_series() -> None:
    found = measured(
        movement(IN_N2_S, is_plm=True),
        movement(IN_N2_S + 20, is_plm=True),
        movement(IN_N2_S + 40, is_plm=True),
        movement(IN_R_S),
    )

    assert found["periodicity_wasm_2016_index"].value == 0.75
    assert found["periodicity_n2_wasm_2016_index"].value == 1.0


def test_without_a_movement_there_is_no_periodicity() -> None:
    assert measured()["periodicity_wasm_2016_index"].value is None


def test_without_a_movement_the_index_is_a_true_zero() -> None:
    assert measured()["plms_wasm_2016_per_h"].value == 0.0


def test_a_movement_that_nobody_could_judge_makes_the_index_absent() -> None:
    metric = measured(movement(IN_N2_S, is_plm=None))["plms_wasm_2016_per_h"]

    assert (metric.value, metric.reason) == (None, "the rules could not judge every movement")


def test_a_stage_that_never_came_has_no_index() -> None:
    metric = measured()["plms_n3_wasm_2016_per_h"]

    assert (metric.value, metric.reason) == (None, "no N3 between lights off and lights on")


def test_a_night_awake_has_no_plms_index() -> None:
    metric = measured(letters="WWW")["plms_wasm_2016_per_h"]

    assert (metric.value, metric.reason) == (None, "no sleep between lights off and lights on")
