"""Simulated descents with a known delay."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.descents import DescentParameters, find_descents
from pipeline.simulate.passages import (
    DrawnPassages,
    PassagePlan,
    draw_passages,
    hypnogram_of,
)


def drawn(n_descents: int = 2000, seed: int = 1, **plan: float) -> DrawnPassages:
    rng = np.random.Generator(np.random.PCG64(seed))
    return draw_passages(PassagePlan(**plan), n_descents, 300.0, rng)


def test_the_same_seed_gives_the_same_descents() -> None:
    one, two = drawn(50), drawn(50)
    assert np.array_equal(one.jerks_s, two.jerks_s, equal_nan=True)
    assert one.n_epochs.tolist() == two.n_epochs.tolist()


def test_jerks_come_while_the_descent_lasts() -> None:
    found = drawn()
    last = np.nanmax(np.where(np.isnan(found.jerks_s), -1.0, found.jerks_s), axis=1)
    assert (last < 30.0 * found.n_epochs).all()


def test_jerks_come_at_the_rate_of_the_plan() -> None:
    found = drawn(jerks_per_min=0.3)
    per_min = np.isfinite(found.jerks_s).sum() / (found.n_epochs.sum() / 2)
    assert per_min == pytest.approx(0.3, rel=0.05)


def test_jerks_that_do_nothing_have_no_true_delay() -> None:
    assert drawn().true_delay_s == 0.0


def test_the_true_delay_is_shorter_than_the_slowing() -> None:
    # wake comes first in some descents, and N2 after the horizon in others
    assert 20.0 < drawn(slowed_s=36.0).true_delay_s < 36.0


def test_a_slowing_lengthens_the_descents() -> None:
    assert drawn(slowed_s=60.0).n_epochs.mean() > drawn().n_epochs.mean()


def test_without_any_jerk_there_is_no_true_delay_to_tell() -> None:
    assert np.isnan(drawn(50, jerks_per_min=0.0).true_delay_s)


def test_the_night_holds_the_descents_as_drawn() -> None:
    found = drawn(12, wake_per_min=0.4)
    hypnogram, jerks_s = hypnogram_of(found, np.arange(12))

    descents = find_descents(hypnogram, 0.0, hypnogram.end_s, jerks_s, DescentParameters())

    assert [d.n1_s for d in descents] == [30.0 * n for n in found.n_epochs]
    assert [d.to_n2_s is not None for d in descents] == found.reaches_n2.tolist()
    counts = np.isfinite(found.jerks_s).sum(axis=1).tolist()
    assert [d.n_jerks for d in descents] == counts
