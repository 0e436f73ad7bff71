"""Agreement of two hypnograms, against scikit-learn and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import (
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
)

from pipeline.agreement import compare
from pipeline.hypnogram import Hypnogram, Stage, from_letters

STAGES = [0, 1, 2, 3, 4]


def _drawn(seed: int, agreement: float) -> tuple[Hypnogram, Hypnogram]:
    generator = np.random.default_rng(seed)
    first = generator.choice(5, size=400, p=(0.2, 0.05, 0.45, 0.15, 0.15)).astype(np.int8)
    other = generator.integers(0, 5, size=400).astype(np.int8)
    second = np.where(generator.random(400) < agreement, first, other).astype(np.int8)
    return Hypnogram(stages=first), Hypnogram(stages=second, source="auto")


@pytest.mark.parametrize("agreement", [0.0, 0.5, 0.9])
def test_kappa_f1_and_confusion_are_those_of_scikit_learn(agreement: float) -> None:
    reference, other = _drawn(5, agreement)
    found = compare(reference, other)
    y, x = reference.stages, other.stages
    assert found.kappa == pytest.approx(cohen_kappa_score(y, x), abs=1e-12)
    assert found.f1 == pytest.approx(f1_score(y, x, labels=STAGES, average=None))
    np.testing.assert_array_equal(found.confusion, confusion_matrix(y, x, labels=STAGES))
    assert found.accuracy == pytest.approx((x == y).mean())


def test_rows_are_the_reference_and_columns_the_other() -> None:
    found = compare(from_letters("N1N".replace("N", "W")), from_letters("W2W"))
    assert found.confusion[Stage.N1, Stage.N2] == 1
    assert found.confusion[Stage.N2, Stage.N1] == 0


def test_epochs_that_either_has_not_staged_do_not_count() -> None:
    found = compare(from_letters("W?1M22"), from_letters("WW?122"))
    assert found.n_epochs == 3
    assert found.accuracy == 1.0


def test_a_stage_that_neither_has_is_absent_and_one_that_one_has_is_zero() -> None:
    found = compare(from_letters("WW22"), from_letters("WW33"))
    assert found.f1 == (1.0, None, 0.0, 0.0, None)


def test_kappa_is_absent_where_chance_alone_agrees() -> None:
    found = compare(from_letters("2222"), from_letters("2222"))
    assert found.kappa is None
    assert found.accuracy == 1.0


def test_nothing_in_common_gives_nothing() -> None:
    found = compare(from_letters("WW", offset_s=0.0), from_letters("WW", offset_s=600.0))
    assert found.n_epochs == 0
    assert math.isnan(found.accuracy)
    assert found.kappa is None
    assert found.f1 == (None,) * 5


def test_a_hypnogram_that_begins_later_is_compared_where_both_are() -> None:
    found = compare(from_letters("WW12233"), from_letters("12233", offset_s=60.0))
    assert found.n_epochs == 5
    assert found.accuracy == 1.0


def test_the_other_is_read_at_the_middle_of_the_references_epochs() -> None:
    late = from_letters("W12", offset_s=14.0)  # middle 15 s lies in it from its start on
    assert compare(from_letters("W12"), late).n_epochs == 3
    later = from_letters("W12", offset_s=16.0)
    assert compare(from_letters("W12"), later).n_epochs == 2


def test_epochs_of_other_length_are_compared_by_time() -> None:
    fine = from_letters("WWWWWW112222222222", epoch_s=10.0)
    found = compare(from_letters("WW1222"), fine)
    assert found.n_epochs == 6
    assert found.confusion.sum() == 6
    assert found.accuracy == 1.0


@pytest.mark.parametrize("agreement", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_against_the_rest_has_the_kappa_of_scikit_learn(
    agreement: float, stage: int
) -> None:
    reference, other = _drawn(7, agreement)
    expected = cohen_kappa_score(reference.stages == stage, other.stages == stage)
    found = compare(reference, other).stage_kappas[stage]
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_stage_that_neither_has_has_no_kappa_and_one_that_one_has_is_no_agreement() -> None:
    kappas = compare(from_letters("WW22"), from_letters("WW33")).stage_kappas
    assert kappas == (1.0, None, 0.0, 0.0, None)


def test_what_is_left_out_is_counted_by_its_cause() -> None:
    found = compare(from_letters("W?1M22"), from_letters("WW?1", offset_s=0.0))
    assert (found.n_epochs, found.n_unscored, found.n_outside) == (1, 3, 2)
    assert found.n_left_out == 5


def test_epochs_half_an_epoch_apart_are_read_alike_all_night() -> None:
    late = from_letters("W12" * 300, offset_s=15.0 + 1e-9)  # what rounding may leave of 15 s
    found = compare(from_letters("W12" * 300), late)
    assert (found.n_epochs, found.accuracy) == (900, 1.0)
