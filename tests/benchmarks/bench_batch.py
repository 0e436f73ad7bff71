"""What a second job brings to `hypnic batch`: wall time of a batch of nights, 1 job against 2.

Run by ``make bench``, best on a machine that does nothing else: the command as a user types it,
start and end included, in processes of its own. The nights are one simulated night of 8 h and 25
channels (369 MB), each copy with one sample changed, so that every one is scored.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.edf.study_writer import write_study
from pipeline.simulate.night import simulate
from pipeline.simulate.standard import FULL25

_IS_PREFECT_SEEN = (
    "import sys; from pipeline.cli.app import main\n"
    "try: main()\n"
    "finally: print('prefect seen:', 'prefect' in sys.modules)"
)


def write_nights(folder: Path, n_nights: int) -> None:
    """Write nights that differ in their last sample only."""
    folder.mkdir()
    first = folder / "night_00.edf"
    write_study(first, simulate(FULL25), annotations=False)
    for number in range(1, n_nights):
        copy = folder / f"night_{number:02}.edf"
        shutil.copyfile(first, copy)
        with copy.open("r+b") as file:
            file.seek(-2, os.SEEK_END)
            file.write(number.to_bytes(2, "little"))


def batch_s(studies: Path, out: Path, n_jobs: int) -> float:
    """Give the wall seconds of one batch, from an empty results folder."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-c", _IS_PREFECT_SEEN, "batch", str(studies), "--out", str(out)]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--jobs", str(n_jobs)], capture_output=True, text=True, check=False
    )
    took_s = time.perf_counter() - began
    if done.returncode or "prefect seen: False" not in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    return took_s


def main() -> None:
    """Print the throughput of 2 jobs over that of 1, pair by pair."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=8)
    arguments.add_argument("--runs", type=int, default=3, help="pairs of batches")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["HYPNIC_HOME"] = str(root / "home")
        write_nights(root / "studies", given.nights)
        for _ in range(given.runs):
            one_s, two_s = (batch_s(root / "studies", root / "out", n) for n in (1, 2))
            print(
                f"{given.nights} nights: 1 job {one_s:.1f} s, 2 jobs {two_s:.1f} s, throughput x "
                f"{one_s / two_s:.2f} (bar: 1.8); prefect was never imported"
            )


if __name__ == "__main__":
    main()
