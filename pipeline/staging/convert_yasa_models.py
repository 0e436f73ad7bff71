"""Converts YASA's LightGBM classifiers into plain arrays; run by hand, never imported.

``python pipeline/staging/convert_yasa_models.py FOLDER`` reads the classifiers of the installed
yasa wheel (needs yasa, lightgbm and joblib), writes one npz per model and prints its SHA-256,
which goes into `pipeline.staging.model`.

Every tree of these models has at most five levels, so each becomes a complete binary tree of 31
nodes and 32 leaves in breadth-first order; a branch that ends early goes left for ever. YASA's
features are float32, so a threshold rounded down to float32 decides exactly as the double did.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = "0.5.0"
COMBINATIONS = ("eeg", "eeg+eog", "eeg+emg", "eeg+eog+emg")
CLASSES = ("W", "N1", "N2", "N3", "R")
DEPTH = 5
N_NODES = 2**DEPTH - 1

Tree = tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float64]]


def main(folder: Path) -> None:
    """Write all models into the folder and print their checksums."""
    for combination in COMBINATIONS:
        target = folder / f"{combination.replace('+', '_')}.npz"
        np.savez_compressed(target, allow_pickle=False, **convert(_load(combination)))
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        sys.stdout.write(f'    "{target.stem}": "{digest}",  # {target.stat().st_size} bytes\n')


def convert(classifier: Any) -> dict[str, NDArray[Any]]:
    """Give names (n_features,), feature and threshold (5, n, 31), leaf (5, n, 32)."""
    dump = classifier.booster_.dump_model()
    trees = [_complete(info["tree_structure"]) for info in dump["tree_info"]]
    order = [list(classifier.classes_).index(name) for name in CLASSES]
    stacks = [np.stack(part) for part in zip(*trees, strict=True)]
    # Trees come class by class within each boosting round.
    feature, threshold, leaf = (
        part.reshape(-1, len(CLASSES), part.shape[1]).swapaxes(0, 1)[order] for part in stacks
    )
    names = np.array(classifier.feature_name_)
    return {"names": names, "feature": feature, "threshold": threshold, "leaf": leaf}


def _complete(root: dict[str, Any]) -> Tree:
    feature = np.zeros(N_NODES, np.uint8)
    threshold = np.full(N_NODES, np.inf, np.float32)
    leaf = np.full(N_NODES + 1, np.nan)
    pending: list[tuple[int, dict[str, Any]]] = [(0, root)]
    while pending:
        place, node = pending.pop()
        if place >= N_NODES:
            leaf[place - N_NODES] = node["leaf_value"]
        elif "leaf_value" in node:
            pending += [(2 * place + 1, node), (2 * place + 2, node)]
        else:
            _require_plain(node)
            feature[place] = node["split_feature"]
            threshold[place] = _floor_to_float32(node["threshold"])
            pending += [(2 * place + 1, node["left_child"]), (2 * place + 2, node["right_child"])]
    return feature, threshold, leaf


def _require_plain(node: dict[str, Any]) -> None:
    found = (node["decision_type"], node["missing_type"])
    if found != ("<=", "None"):
        message = f"a split of another kind than the reader knows: {found}"
        raise ValueError(message)


def _floor_to_float32(value: float) -> np.float32:
    nearest = np.float32(value)
    return nearest if nearest <= value else np.nextafter(nearest, np.float32(-np.inf))


def _load(combination: str) -> Any:
    import joblib

    source = files("yasa") / "classifiers" / f"clf_{combination}_lgb_{VERSION}.joblib"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn: the label encoder is of an older version
        return joblib.load(str(source))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
