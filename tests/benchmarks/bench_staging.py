"""What staging an 8 h night of three channels costs in a fresh process, as a ratio to YASA's.

Run by ``make bench``. Both read the same EDF file and end with the stages; imports count, since
a technician's command pays for them. One BLAS thread each.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tests.benchmarks.fresh_process import in_child

LEADS = {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
Probabilities = Any  # shape (n_epochs, 5)


def write_night(path: Path) -> None:
    """Write the three channels of a simulated night, 8 h at 256 Hz."""
    from edfio import Edf, EdfSignal

    from pipeline.simulate.night import simulate
    from pipeline.simulate.recipe import Rates, Recipe

    rates = Rates(eeg_hz=256.0, chin_hz=256.0)
    night = simulate(Recipe(name="bench", seed=4242, duration_h=8.0, rates=rates))
    signals = []
    for label in LEADS.values():
        signal = night.signal(label)
        values = np.asarray(signal.values, dtype=np.float64)
        signals.append(EdfSignal(values, signal.rate_hz, label=label, physical_dimension="uV"))
    Edf(signals).write(path)


def ours(path: Path) -> Probabilities:
    """Stage by hypnic."""
    from pipeline.montage import MontageParameters
    from pipeline.plausibility import Findings, UsableStudy
    from pipeline.reading import read_study
    from pipeline.roles import Role
    from pipeline.staging.stager import StagingParameters, stage
    from pipeline.study import EEG_ROLES, EOG_ROLES

    study = read_study(path, None, MontageParameters())
    usable = UsableStudy(study=study, findings=Findings())
    kinds = (EEG_ROLES, EOG_ROLES, (Role.CHIN,))
    eeg, eog, emg = (usable.leads(*roles) for roles in kinds)
    found = stage(eeg, eog, emg, StagingParameters())
    return found.hypnogram.probabilities


def yasa(path: Path) -> Probabilities:
    """Stage by YASA, read by MNE."""
    from mne.io import read_raw_edf
    from yasa import SleepStaging

    raw = read_raw_edf(path, preload=True, verbose="error")
    names = {f"{kind}_name": label for kind, label in LEADS.items()}
    table = SleepStaging(raw, **names).predict().proba
    return table[["WAKE", "N1", "N2", "N3", "REM"]].to_numpy()


MODULE = "tests.benchmarks.bench_staging"
WAYS: Mapping[str, Callable[[Path], Probabilities]] = {"ours": ours, "yasa": yasa}


def measured(way: str, path: Path) -> dict[str, float]:
    """Stage in this process and give what the whole of it cost."""
    warnings.simplefilter("ignore")  # scikit-learn: a label encoder of an older version
    probabilities = WAYS[way](path)
    np.save(path.with_name(f"{way}.npy"), probabilities)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"cpu_s": time.process_time(), "peak_mb": peak_kib * 1024 / 1e6}


def compare(path: Path, n_runs: int) -> None:
    """Print both costs, their ratio, and how far the answers differ."""
    rounds = [{way: in_child(MODULE, way, path) for way in WAYS} for _ in range(n_runs)]
    for way in WAYS:
        cost = {key: median(r[way][key] for r in rounds) for key in ("cpu_s", "peak_mb")}
        print(f"{way:<6}{cost['cpu_s']:6.2f} CPU s  {cost['peak_mb']:5.0f} MB at most")
    ratio = median(r["ours"]["cpu_s"] / r["yasa"]["cpu_s"] for r in rounds)
    print(f"ratio {ratio:.3f}  (bars: at most 0.2, under 500 MB)")
    found, expected = (np.load(path.with_name(f"{way}.npy")) for way in WAYS)
    found = found[: len(expected)]
    same = 100 * (found.argmax(axis=1) == expected.argmax(axis=1)).mean()
    print(f"equal stages {same:.1f} %, largest difference {np.abs(found - expected).max():.2g}")


def main() -> None:
    """Print the ratio, or measure one way for a parent process."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="counted runs of each")
    arguments.add_argument("--way", nargs=2, help="measure one way on one file, for a parent")
    given = arguments.parse_args()
    if given.way:
        way, path = given.way[0], Path(given.way[1])
        if way in WAYS:
            print(json.dumps(measured(way, path)))
        else:
            write_night(path)
            print("{}")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "night.edf"
        in_child(MODULE, "write", path)
        compare(path, given.runs)


if __name__ == "__main__":
    main()
