"""The converted models: intact, plain, and walked correctly."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import ResultError
from pipeline.staging import model

FOLDER = files("pipeline.staging") / "models"


@pytest.fixture(scope="module")
def trained() -> model.Model:
    return model.load("eeg")


@pytest.fixture(scope="module")
def features(trained: model.Model) -> NDArray[np.float32]:
    generator = np.random.default_rng(7)
    places = generator.integers(0, 400, size=(70, len(trained.names)))
    finite = trained.threshold[np.isfinite(trained.threshold)]
    return np.asarray(finite[places * 20], dtype=np.float32)


def _twin(trained: model.Model, row: NDArray[np.float32]) -> NDArray[np.float64]:
    scores = np.zeros(5)
    for k in range(5):
        for tree in range(trained.feature.shape[1]):
            node = 0
            while node < 31:
                goes_right = row[trained.feature[k, tree, node]] > trained.threshold[k, tree, node]
                node = 2 * node + 1 + int(goes_right)
            scores[k] += trained.leaf[k, tree, node - 31]
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


@pytest.mark.parametrize("name", model.CHECKSUMS)
def test_each_model_file_is_the_one_whose_checksum_is_pinned(name: str) -> None:
    content = (FOLDER / f"{name}.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == model.CHECKSUMS[name]


@pytest.mark.parametrize("name", model.CHECKSUMS)
def test_each_model_asks_only_for_features_of_its_own_leads(name: str) -> None:
    kinds = {feature.split("_")[0] for feature in model.load(name).names}
    assert kinds - {"time"} == set(name.split("_"))


@pytest.mark.parametrize("name", model.CHECKSUMS)
def test_each_model_has_400_rounds_and_a_score_in_each_leaf(name: str) -> None:
    loaded = model.load(name)
    assert loaded.feature.shape == (5, 400, 31)
    assert np.isfinite(loaded.leaf).all()
    assert loaded.feature.max() < len(loaded.names)


def test_a_changed_model_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "CHECKSUMS", {"eeg": "0" * 64})
    with pytest.raises(ResultError, match=r"MODEL_DAMAGED.*models/eeg\.npz"):
        model.load("eeg")


def test_the_walk_is_that_of_a_slow_twin(
    trained: model.Model, features: NDArray[np.float32]
) -> None:
    found = model.predict(trained, features)
    expected = [_twin(trained, row) for row in features[[0, 33, 69]]]
    np.testing.assert_allclose(found[[0, 33, 69]], expected, rtol=0.0, atol=1e-13)


def test_probabilities_sum_to_one(trained: model.Model, features: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(model.predict(trained, features).sum(axis=1), 1.0, atol=1e-12)


def test_a_missing_feature_counts_as_zero(
    trained: model.Model, features: NDArray[np.float32]
) -> None:
    holed, zeroed = features.copy(), features.copy()
    holed[:, ::3], zeroed[:, ::3] = np.nan, 0.0
    np.testing.assert_array_equal(model.predict(trained, holed), model.predict(trained, zeroed))


def test_no_epochs_give_no_probabilities(trained: model.Model) -> None:
    assert model.predict(trained, np.empty((0, len(trained.names)), np.float32)).shape == (0, 5)


def test_the_licence_of_the_models_lies_beside_them() -> None:
    text = (FOLDER / "LICENSE-yasa.txt").read_text()
    assert "Raphael Vallat" in text
    assert "Redistributions in binary form must reproduce" in text
