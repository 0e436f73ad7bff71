"""Minutes of N1 and latencies over nights drawn from the stage probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.delay import DelayParameters
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure

N_EPOCHS = 40


def rows(letters: str) -> NDArray[np.int8]:
    return from_letters(letters).stages


def doubt(drawn: NDArray[np.int8], *, lights_off_s: float = 0.0) -> dict[str, Metric]:
    probabilities = np.tile([0.5, 0.25, 0.25, 0.0, 0.0], (drawn.shape[1], 1))
    automatic = Hypnogram(stages=drawn[0], probabilities=probabilities, offset_s=0.0, source="auto")
    inputs = MetricInputs(
        hypnogram=automatic,
        lights_off_s=lights_off_s,
        lights_on_s=automatic.end_s,
        drawn=drawn,
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}


def test_expected_n1_is_the_sum_of_its_probability_in_bed() -> None:
    found = doubt(np.zeros((2, N_EPOCHS), np.int8), lights_off_s=300.0)
    assert found["n1_expected_min"].value == pytest.approx(0.25 * (N_EPOCHS / 2 - 5))


def test_the_interval_of_n1_is_that_of_the_drawn_nights() -> None:
    drawn = np.zeros((101, N_EPOCHS), np.int8)
    for k in range(101):
        drawn[k, : k // 10] = Stage.N1  # 0 to 5 min
    found = doubt(drawn)["n1_expected_min"]
    assert (found.low, found.high) == (0.0, 4.5)


def test_onset_is_told_by_three_definitions() -> None:
    night = rows("W1WW11WW111" + "2" * 20)
    found = doubt(np.stack([night, night]))
    names = ("sol_min", "sol_unbroken_min", "lps_min")
    assert [found[n].value for n in names] == [0.5, 4.0, 4.0]


def test_one_false_epoch_moves_the_first_onset_but_not_the_unbroken_one() -> None:
    sleep = "W" * 20 + "2" * 20
    early = "1" + sleep[1:]
    drawn = np.stack([rows(early)] * 3 + [rows(sleep)] * 2)
    found = doubt(drawn)
    assert (found["sol_drawn_min"].value, found["sol_drawn_min"].high) == (0.0, 10.0)
    assert (found["sol_unbroken_drawn_min"].value, found["sol_unbroken_drawn_min"].low) == (10, 10)


def test_what_most_drawn_nights_never_reach_is_absent() -> None:
    drawn = np.stack([rows("W" * 40), rows("W" * 40), rows("W" * 20 + "3" * 20)])
    found = doubt(drawn)["n3_latency_drawn_min"]
    assert (found.value, found.reason) == (None, "less than half of the drawn nights reach it")


def test_without_probabilities_there_is_no_doubt_to_tell() -> None:
    inputs = MetricInputs(hypnogram=from_letters("WW11"), lights_off_s=0.0, lights_on_s=120.0)
    found = {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}
    assert found["n1_expected_min"].value is None
    assert found["sol_drawn_min"].reason == "no stage probabilities were estimated"
