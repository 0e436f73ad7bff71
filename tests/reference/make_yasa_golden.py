"""Writes yasa_golden.npz: YASA's features and probabilities of the drawn nights; run by hand.

``python -m tests.reference.make_yasa_golden`` from the project's folder, with the extra ``test``
installed. Not kept: YASA's hypnograms, which are the largest probabilities.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.reference.yasa_nights import DrawnNight, drawn_nights

STAGES = ("WAKE", "N1", "N2", "N3", "REM")


def yasa_answer(night: DrawnNight) -> tuple[list[str], NDArray[np.float32], NDArray[np.float64]]:
    """Give YASA's feature names, features (n_epochs, n_features), probabilities (n_epochs, 5)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn: a label encoder of an older version
        staging = _yasa_staging(night)
        features = staging.get_features()
        probabilities = staging.predict().proba
    return (
        list(features.columns),
        features.to_numpy(dtype=np.float32),
        probabilities[list(STAGES)].to_numpy(dtype=np.float64),
    )


def _yasa_staging(night: DrawnNight) -> Any:
    import mne
    import yasa

    kinds = list(night.leads_uv)
    info = mne.create_info(kinds, night.rate_hz, kinds, verbose="error")
    raw = mne.io.RawArray(1e-6 * np.stack(list(night.leads_uv.values())), info, verbose="error")
    names = {f"{kind}_name": kind for kind in kinds}
    return yasa.SleepStaging(raw, **names)


def main() -> None:
    """Write the file beside this script."""
    arrays: dict[str, NDArray[Any]] = {}
    for night in drawn_nights():
        names, features, probabilities = yasa_answer(night)
        arrays[f"{night.name}_names"] = np.array(names)
        arrays[f"{night.name}_features"] = features
        arrays[f"{night.name}_probabilities"] = probabilities
    target = Path(__file__).with_name("yasa_golden.npz")
    np.savez_compressed(target, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
