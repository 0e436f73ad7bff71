"""What a whole night costs, as ratios to `yasa.SleepStaging` on the same file in the same run.

Run by ``make bench``. hypnic: from the file to the published folder, in a warm process.
YASA: its fit and predict, with the read by MNE that its manual shows, in a warm process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pipeline.edf.study_writer import write_study
from pipeline.outcome import OutcomeStatus
from pipeline.process import score_study
from pipeline.settings import Settings
from pipeline.simulate.night import simulate
from pipeline.simulate.standard import FULL25, NAP

WARNED = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")


def cpu_s(work: Callable[[], object]) -> float:
    """Give the CPU seconds that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def yasa_staging(path: Path) -> object:
    """Stage the file as YASA's manual shows."""
    import mne
    import yasa

    raw = mne.io.read_raw_edf(path, include=list(WARNED), preload=True, verbose="error")
    raw.set_channel_types({WARNED[1]: "eog", WARNED[2]: "emg"}, verbose="error")
    stager = yasa.SleepStaging(raw, eeg_name=WARNED[0], eog_name=WARNED[1], emg_name=WARNED[2])
    stager.fit()
    return stager.predict()


def our_night(path: Path, out: Path) -> None:
    """Score the file into a published folder."""
    outcome = score_study(path, out, Settings())
    if outcome.status is not OutcomeStatus.SCORED:
        raise SystemExit(f"the night was not scored: {outcome}")


def peak_mib(path: Path, out: Path) -> float:
    """Give the largest memory of a process of its own that scores the night."""
    program = (
        "import sys, resource; from pathlib import Path;"
        "from pipeline.process import score_study; from pipeline.settings import Settings;"
        "score_study(Path(sys.argv[1]), Path(sys.argv[2]), Settings());"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-c", program, str(path), str(out)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


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
        big, small = root / "full25.edf", root / "nap.edf"
        for path, recipe in ((big, FULL25), (small, NAP)):
            write_study(path, simulate(recipe), annotations=False)
        print(f"night: 8 h, 25 channels, 256 Hz, {big.stat().st_size / 1e6:.0f} MB")
        our_night(small, root / "warm")
        yasa_staging(small)
        pairs = [
            (cpu_s(lambda: yasa_staging(big)), cpu_s(lambda k=k: our_night(big, root / f"out{k}")))  # type: ignore[misc]
            for k in range(n_runs)
        ]
        for yasa_cpu_s, our_cpu_s in pairs:
            print(
                f"YASA {yasa_cpu_s:.2f} CPU s   hypnic {our_cpu_s:.2f} CPU s   "
                f"ratio {our_cpu_s / yasa_cpu_s:.2f}"
            )
        print(
            f"median ratio hypnic / YASA: {median(o / y for y, o in pairs):.2f}  (bar: under 1.0)"
        )
        print(f"peak memory of one night: {peak_mib(big, root / 'own'):.0f} MiB  (bar: under 1024)")
        print(f"hypnic --help: {median(help_s() for _ in range(5)):.2f} s  (bar: under 0.4)")


if __name__ == "__main__":
    main()
