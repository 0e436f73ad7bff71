"""Nights drawn from stage probabilities have those probabilities, and doubts that last."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.drawn_hypnograms import DrawParameters, draw
from pipeline.hypnogram import Hypnogram, Stage, from_letters

UNSURE = (0.3, 0.4, 0.2, 0.1, 0.0)


def night(rows: NDArray[np.float64]) -> Hypnogram:
    return Hypnogram(stages=rows.argmax(axis=1).astype(np.int8), probabilities=rows)


def unsure(n_epochs: int) -> Hypnogram:
    return night(np.tile(UNSURE, (n_epochs, 1)))


def test_each_epoch_has_each_stage_as_often_as_its_probability_says() -> None:
    drawn = draw(unsure(5), DrawParameters(n_draws=20_000))
    shares = [(drawn == stage).mean(axis=0) for stage in range(5)]
    assert np.stack(shares, axis=1) == pytest.approx(np.tile(UNSURE, (5, 1)), abs=0.012)


def test_a_sure_stage_is_drawn_every_time() -> None:
    drawn = draw(night(np.eye(5)[[0, 1, 2, 3, 4]]), DrawParameters())
    assert (drawn == np.arange(5)).all()


def test_doubts_last_from_epoch_to_epoch() -> None:
    def shifts(memory: float) -> float:
        drawn = draw(unsure(400), DrawParameters(memory=memory))
        return float((np.diff(drawn, axis=1) != 0).mean())

    alone = 1.0 - sum(p * p for p in UNSURE)  # two independent epochs differ
    assert shifts(0.0) == pytest.approx(alone, abs=0.01)
    assert shifts(0.95) < 0.35 * alone


def test_counts_over_a_night_vary_more_when_doubts_last() -> None:
    spread = [
        (draw(unsure(400), DrawParameters(memory=m)) == Stage.N1).sum(axis=1).std()
        for m in (0.0, 0.95)
    ]
    assert spread[0] == pytest.approx(np.sqrt(400 * 0.4 * 0.6), rel=0.15)
    assert spread[1] > 3 * spread[0]


def test_an_epoch_without_probabilities_is_unscored_in_every_draw() -> None:
    rows = np.tile(UNSURE, (3, 1))
    rows[1] = np.nan
    hypnogram = Hypnogram(stages=np.array([1, -1, 1], dtype=np.int8), probabilities=rows)
    drawn = draw(hypnogram, DrawParameters())
    assert (drawn[:, 1] == Stage.UNSCORED).all()
    assert (drawn[:, [0, 2]] != Stage.UNSCORED).all()


def test_one_night_gives_one_answer_and_another_seed_another() -> None:
    first, again, other = (
        draw(unsure(50), p) for p in (DrawParameters(), DrawParameters(), DrawParameters(seed=2))
    )
    assert (first == again).all()
    assert (first != other).any()


def test_a_hypnogram_without_probabilities_cannot_be_drawn_from() -> None:
    with pytest.raises(ValueError, match="without probabilities"):
        draw(from_letters("WW1"), DrawParameters())
