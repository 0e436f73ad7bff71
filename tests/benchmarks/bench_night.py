"""What a whole night costs, as ratios to `yasa.SleepStaging` on the same file in the same run.

Run by ``make bench``. hypnic: from the file to the published folder, in a warm worker of its own
runner. YASA: its fit and predict with the read by MNE, in a warm process. One BLAS thread each.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pipeline.edf.study_writer import write_study
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job, StudyPool
from pipeline.settings import Settings
from pipeline.simulate.night import simulate
from pipeline.simulate.standard import FULL25

STAGED_BY = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")


def cpu_s(work: Callable[[], object]) -> float:
    """Give the CPU seconds that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def yasa_staging(path: Path, *, is_sparing: bool) -> object:
    """Stage the file; MNE reads all of it, as tutorials do, or sparingly three channels."""
    import mne
    import yasa

    include = list(STAGED_BY) if is_sparing else None
    raw = mne.io.read_raw_edf(path, include=include, preload=True, verbose="error")
    raw.set_channel_types({STAGED_BY[1]: "eog", STAGED_BY[2]: "emg"}, verbose="error")
    stager = yasa.SleepStaging(
        raw, eeg_name=STAGED_BY[0], eog_name=STAGED_BY[1], emg_name=STAGED_BY[2]
    )
    stager.fit()
    return stager.predict()


def our_nights(path: Path, root: Path, n_nights: int) -> list[Outcome]:
    """Score the file so often in one worker, each time anew; the first one warms it."""
    nights = []
    with StudyPool(root / "out", Settings(), n_jobs=1) as pool:
        for _ in range(n_nights):
            outcome = pool.score(0, Job(source=path))
            if outcome.status is not OutcomeStatus.SCORED:
                raise SystemExit(f"the night was not scored: {outcome}")
            nights.append(outcome)
            shutil.rmtree(root / "out" / "nights")
    return nights


def print_ratio(words: str, theirs: list[float], ours: list[float]) -> None:
    """Print the medians of both and of their ratios, run by run."""
    ratio = median(our / their for our, their in zip(ours, theirs, strict=True))
    print(
        f"MNE reads {words}: YASA {median(theirs):.2f} CPU s, hypnic {median(ours):.2f} CPU s, "
        f"ratio {ratio:.2f} (bar: under 1.0)"
    )


def help_s() -> float:
    """Give the wall seconds of `hypnic --help` in a process of its own."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--help"], capture_output=True, check=True
    )
    return time.perf_counter() - began


def main() -> None:
    """Print the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="counted runs of each")
    n_runs: int = arguments.parse_args().runs
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["HYPNIC_HOME"] = str(root / "home")
        big = root / "full25.edf"
        write_study(big, simulate(FULL25), annotations=False)
        print(f"night: 8 h, 25 channels, 256 Hz, {big.stat().st_size / 1e6:.0f} MB")
        ours = our_nights(big, root, n_runs + 1)
        yasa_staging(big, is_sparing=True)
        for is_sparing, words in ((False, "all channels"), (True, "three channels only")):
            theirs = [cpu_s(lambda s=is_sparing: yasa_staging(big, is_sparing=s)) for _ in ours[1:]]  # type: ignore[misc]
            print_ratio(words, theirs, [night.cpu_s for night in ours[1:]])
        print(
            f"peak memory of the worker: {max(n.peak_mib or 0.0 for n in ours):.0f} MiB  "
            "(bar: under 1024)"
        )
        print(f"hypnic --help: {median(help_s() for _ in range(5)):.2f} s  (bar: under 0.4)")


if __name__ == "__main__":
    main()
