"""CPU time of our staging over that of YASA, warm, on one drawn night; run by hand.

``python tests/benchmarks/bench_staging.py [hours rate_hz]`` with the extra ``test`` installed.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.recording import Lead
from pipeline.staging.stager import StagingParameters, StagingResult, stage

KINDS = {"eeg": 20.0, "eog": 25.0, "emg": 6.0}


def draw(hours: float, rate_hz: float) -> dict[str, NDArray[np.float64]]:
    """Give noise with slow swells for each kind of lead, in microvolts."""
    from scipy.signal import lfilter

    generator = np.random.default_rng(0)
    n_samples = int(3600 * hours * rate_hz)
    swell = 1.0 + 0.5 * np.sin(2 * np.pi * np.arange(n_samples) / rate_hz / 5400)
    leads = {}
    for kind, uv in KINDS.items():
        noise = lfilter([0.25], [1.0, -0.97], generator.standard_normal(n_samples))
        leads[kind] = noise * swell * uv
    return leads


def cpu_s(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the CPU seconds of the second of two runs, and its result."""
    work()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def peak_mb(work: Callable[[], Any]) -> float:
    """Give the most memory that the work holds at a time, beyond what it was given."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def ours(leads_uv: dict[str, NDArray[np.float64]], rate_hz: float) -> StagingResult:
    """Stage by hypnic."""
    leads = {
        kind: Lead(
            role=kind,
            label=kind,
            rate_hz=rate_hz,
            microvolts=microvolts,
            resolution_uv=0.1,
            floor_uv=-3276.8,
            ceiling_uv=3276.7,
        )
        for kind, microvolts in leads_uv.items()
    }
    return stage([leads["eeg"]], leads["eog"], leads["emg"], StagingParameters())


def theirs(leads_uv: dict[str, NDArray[np.float64]], rate_hz: float) -> Any:
    """Stage by YASA."""
    import mne
    import yasa

    info = mne.create_info(list(leads_uv), rate_hz, list(leads_uv), verbose="error")
    raw = mne.io.RawArray(1e-6 * np.stack(list(leads_uv.values())), info, verbose="error")
    return yasa.SleepStaging(raw, eeg_name="eeg", eog_name="eog", emg_name="emg").predict()


def main(hours: float, rate_hz: float) -> None:
    """Print both times, their ratio, the memory, and how far the answers differ."""
    warnings.simplefilter("ignore")  # scikit-learn: a label encoder of an older version
    leads_uv = draw(hours, rate_hz)
    our_s, our = cpu_s(lambda: ours(leads_uv, rate_hz))
    our_mb = peak_mb(lambda: ours(leads_uv, rate_hz))
    their_s, their = cpu_s(lambda: theirs(leads_uv, rate_hz))
    their_mb = peak_mb(lambda: theirs(leads_uv, rate_hz))
    expected = their.proba[["WAKE", "N1", "N2", "N3", "REM"]].to_numpy()
    found = our.hypnogram.probabilities[: len(expected)]
    print(f"{hours:g} h, {rate_hz:g} Hz, EEG + EOG + EMG, second run of each")
    print(f"ours {our_s:.2f} CPU s, {our_mb:.0f} MB; YASA {their_s:.2f} CPU s, {their_mb:.0f} MB")
    print(f"ratio {our_s / their_s:.2f}")
    print(f"largest difference of a probability {np.abs(found - expected).max():.2g}")
    print(f"equal stages {100 * (found.argmax(1) == expected.argmax(1)).mean():.1f} %")


if __name__ == "__main__":
    main(*(float(x) for x in (sys.argv[1:] or ("8", "256"))))
