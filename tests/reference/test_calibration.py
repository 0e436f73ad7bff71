"""How far the stage probabilities mean what they say, on the real night that an expert scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.drawn_hypnograms import DrawParameters, draw
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.staging.stager import StagingParameters, stage
from pipeline.study import EEG_ROLES

BINS = (0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
LAGS = (1, 2, 3, 5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """Probabilities of the staged epochs, and the expert's stages."""

    automatic: Hypnogram
    expert: NDArray[np.int64]

    @property
    def p(self) -> NDArray[np.float64]:
        assert self.automatic.probabilities is not None
        return self.automatic.probabilities

    @property
    def most_likely(self) -> NDArray[np.int64]:
        return np.asarray(self.p.argmax(axis=1))


@pytest.fixture(scope="module")
def night(shared: Path) -> Scored:
    path = shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf"
    study = read_study(path, None, MontageParameters())
    eeg, expert = study.lead(*EEG_ROLES), study.scoring.hypnogram
    assert eeg is not None
    assert expert is not None
    automatic = stage([eeg], None, None, StagingParameters()).hypnogram
    return Scored(automatic=automatic, expert=expert.stages.astype(np.int64))


def log_loss(night: Scored, temperature: float) -> float:
    logits = np.log(np.clip(night.p, 1e-6, 1.0)) / temperature
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return float(-np.log(p[np.arange(len(p)), night.expert]).mean())


def autocorrelations(is_departure: NDArray[np.bool_]) -> list[float]:
    x = is_departure - is_departure.mean()
    return [float((x[:-lag] * x[lag:]).mean() / (x * x).mean()) for lag in LAGS]


def test_confidence_is_accuracy(night: Scored) -> None:
    confidence, is_right = night.p.max(axis=1), night.most_likely == night.expert
    place = np.digitize(confidence, BINS)
    gaps = [
        abs(confidence[place == k].mean() - is_right[place == k].mean()) * (place == k).mean()
        for k in np.unique(place)
    ]
    assert sum(gaps) < 0.03  # expected calibration error


def test_no_temperature_is_much_better_than_none(night: Scored) -> None:
    best = min(log_loss(night, t) for t in np.arange(0.5, 2.01, 0.05))
    assert log_loss(night, 1.0) - best < 0.005


def test_summed_probabilities_find_more_n1_than_the_stages_do(night: Scored) -> None:
    hard, soft = (night.most_likely == Stage.N1).sum(), night.p[:, Stage.N1].sum()
    expert = (night.expert == Stage.N1).sum()
    assert (hard, expert) == (17, 58)
    assert soft == pytest.approx(44.1, abs=0.1)


def test_the_experts_n1_lies_within_the_drawn_nights(night: Scored) -> None:
    drawn = (draw(night.automatic, DrawParameters()) == Stage.N1).sum(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    assert low < (night.expert == Stage.N1).sum() < high


def test_drawn_doubts_last_as_the_experts_departures_do(night: Scored) -> None:
    expert = autocorrelations(night.expert != night.most_likely)
    drawn = draw(night.automatic, DrawParameters())
    ours = np.mean([autocorrelations(row != night.most_likely) for row in drawn], axis=0)
    assert ours == pytest.approx(expert, abs=0.12)
