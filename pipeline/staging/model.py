"""YASA's trained models: gradient-boosted trees as plain arrays."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import ResultError

# Written by convert_yasa_models.py from the classifiers 0.5.0 in the wheel of yasa 0.8.1.
CHECKSUMS: Mapping[str, str] = {
    "eeg": "eaf4239d88ef96afb7bcad2ea1e12b9447fb2a577725351a7b428cc48c244bc3",
    "eeg_eog": "5a23284aaa77ae91ffc68729e3740eae825e125f4009ec768b7e0429629b021e",
    "eeg_emg": "cbbf0ba58f504ca5dcaa27db5b33627ef37c8cc6bdf2b1ba5fa4eb95da0a9e11",
    "eeg_eog_emg": "cbf2e68902e89e4767375a20efa7e555d395aa3541d59cac8e44e84c53290b93",
}
DEPTH = 5
N_NODES = 2**DEPTH - 1
N_CLASSES = 5
BLOCK_EPOCHS = 64  # epochs at a time: the walk stays in the processor's cache


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """Boosted trees for the five stages W, N1, N2, N3, R.

    Each tree is complete: nodes in breadth-first order, the children of node i at 2i + 1
    (feature at most the threshold) and 2i + 2.

    Attributes
    ----------
    names
        Features in the order in which `feature` counts them.
    feature, threshold
        Shape (5, n_trees, 31).
    leaf
        Raw scores, shape (5, n_trees, 32).
    """

    names: tuple[str, ...]
    feature: NDArray[np.uint8]
    threshold: NDArray[np.float32]
    leaf: NDArray[np.float64]


def load(name: str) -> Model:
    """Give the model of that name from the package.

    Raises
    ------
    ResultError
        The file is not the one whose checksum stands in `CHECKSUMS`.
    """
    content = (files("pipeline.staging") / "models" / f"{name}.npz").read_bytes()
    _verify(name, content)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Model(
            names=tuple(arrays["names"].tolist()),
            feature=arrays["feature"],
            threshold=arrays["threshold"],
            leaf=arrays["leaf"],
        )


def predict(model: Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the probabilities of W, N1, N2, N3, R, shape (n_epochs, 5).

    Parameters
    ----------
    features
        Shape (n_epochs, n_features), columns as in `model.names`; NaN counts as 0, as it did in
        training.
    """
    known = np.nan_to_num(features, nan=0.0, posinf=np.inf, neginf=-np.inf)
    blocks = [
        _scores(model, known[start : start + BLOCK_EPOCHS])
        for start in range(0, len(known), BLOCK_EPOCHS)
    ]
    scores = np.concatenate(blocks) if blocks else np.empty((0, N_CLASSES))
    scores -= scores.max(axis=1, keepdims=True)
    odds = np.exp(scores)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _scores(model: Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the sum of each class's leaves, shape (n_epochs, 5).

    Every node is asked, not only those on an epoch's way down: rows are compared as a whole, and
    no place is looked up but the leaf's.
    """
    columns = np.ascontiguousarray(features.T)
    feature = model.feature.reshape(-1, N_NODES).T.astype(np.intp)
    threshold = model.threshold.reshape(-1, N_NODES, 1)
    is_above = [columns.take(feature[k], axis=0) > threshold[:, k] for k in range(N_NODES)]
    places = _leaves(is_above).astype(np.intp)
    places += np.arange(len(places))[:, None] * (N_NODES + 1)
    leaf = model.leaf.ravel().take(places)
    return np.asarray(leaf.reshape(N_CLASSES, -1, len(features)).sum(axis=1).T)


def _leaves(is_above: Sequence[NDArray[np.bool_]]) -> NDArray[np.uint8]:
    """Give the number of the leaf from what each node, in breadth-first order, says.

    From the lowest nodes upwards each hands on the number that came from the side it chose.
    """
    chosen = [above.view(np.uint8) for above in is_above[N_NODES // 2 :]]
    for depth in reversed(range(DEPTH - 1)):
        nodes = is_above[2**depth - 1 : 2 ** (depth + 1) - 1]
        right_bit = np.uint8(1 << (DEPTH - 1 - depth))
        chosen = [
            _either(chosen[2 * k], chosen[2 * k + 1] | right_bit, above)
            for k, above in enumerate(nodes)
        ]
    return chosen[0]


def _either(
    left: NDArray[np.uint8], right: NDArray[np.uint8], is_right: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Give `np.where(is_right, right, left)` bit by bit, in a quarter of the time."""
    right ^= left
    right &= np.negative(is_right.view(np.uint8))
    right ^= left
    return right


def _verify(name: str, content: bytes) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != CHECKSUMS[name]:
        raise ResultError(
            "a staging model is not the one that was tested",
            code=Code.MODEL_DAMAGED,
            where=f"models/{name}.npz",
            found=f"SHA-256 {found}",
            remedy="Install hypnic again.",
        )
