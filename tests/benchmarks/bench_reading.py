"""What it costs to read 5 of 25 channels of a mixed-rate night of 458 MB, as ratios in one run.

Run by ``make bench``. The yardstick is a strided copy of the same samples out of a
`numpy.memmap`; MNE reads by ``include=``. Every reading is a process of its own, so that its
peak memory is its own.
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

import numpy as np

from tests.benchmarks.fresh_process import in_child
from tests.unit.edf_bytes import Signal, Study

NIGHT_RECORDS = 28_800  # 8 h of 1 s
RATES_HZ = (512,) * 11 + (256,) * 8 + (64,) * 3 + (16,) * 2 + (1,)
WANTED = (0, 4, 9, 12, 18)  # two rates, spread over the record
BLOCK_RECORDS = 600
Bytes = Mapping[int, int]


def write_night(path: Path, n_records: int) -> None:
    """Write a night of so many seconds, noise in every channel."""
    signals = [
        Signal(label=f"channel {i}", per_record=rate, digital=()) for i, rate in enumerate(RATES_HZ)
    ]
    rng = np.random.default_rng(1)
    with path.open("wb") as file:
        file.write(Study(signals=signals, records=0, n_records=str(n_records)).encode())
        for _ in range(0, n_records, BLOCK_RECORDS):
            size = (BLOCK_RECORDS, sum(RATES_HZ))
            file.write(rng.integers(-32768, 32767, size, dtype=np.int16).tobytes())


def ours(path: Path) -> Bytes:
    """Read by hypnic."""
    from pipeline.edf.reader import read_header, read_recording

    channels = read_recording(path, read_header(path), WANTED).channels
    return {i: channels[i].digital.nbytes for i in WANTED}


def memmap(path: Path) -> Bytes:
    """Copy the same samples, knowing where they are."""
    ends = np.cumsum((0, *RATES_HZ))
    head = 256 * (len(RATES_HZ) + 1)
    whole = np.memmap(path, dtype="<i2", mode="r", offset=head).reshape(-1, int(ends[-1]))
    copied = {i: np.array(whole[:, ends[i] : ends[i + 1]]).reshape(-1) for i in WANTED}
    return {i: copied[i].nbytes for i in WANTED}


def mne(path: Path) -> Bytes:
    """Read by MNE, the wanted channels only."""
    from mne.io import read_raw_edf

    names = [f"channel {i}" for i in WANTED]
    data = read_raw_edf(path, include=names, preload=True, verbose="error").get_data()
    return {i: row.nbytes for i, row in zip(WANTED, data, strict=True)}


MODULE = "tests.benchmarks.bench_reading"
WAYS: Mapping[str, Callable[[Path], Bytes]] = {"ours": ours, "memmap": memmap, "mne": mne}


def peak_bytes() -> int:
    """Give the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measured(way: str, path: Path) -> dict[str, float]:
    """Give CPU seconds and MB over the arrays themselves of one reading in this process."""
    warnings.simplefilter("ignore")
    small = path.with_name("small.edf")
    WAYS[way](small)  # imports and first calls are no part of the reading
    before, began = peak_bytes(), time.process_time()
    n_bytes = sum(WAYS[way](path).values())
    cpu_s = time.process_time() - began
    return {"cpu_s": cpu_s, "over_mb": (peak_bytes() - before - n_bytes) / 1e6}


def main() -> None:
    """Print the ratios, or measure one way for a parent process."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="counted runs of each")
    arguments.add_argument("--way", nargs=2, help="measure one way on one file, for a parent")
    given = arguments.parse_args()
    if given.way:
        print(json.dumps(measured(given.way[0], Path(given.way[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "night.edf"
        write_night(path, NIGHT_RECORDS)
        write_night(path.with_name("small.edf"), BLOCK_RECORDS)
        compare(path, given.runs)


def compare(path: Path, n_runs: int) -> None:
    """Print what each way costs, in CPU seconds over those of the strided copy."""
    rounds = [{way: in_child(MODULE, way, path) for way in WAYS} for _ in range(n_runs)]
    print(f"5 of 25 channels, {path.stat().st_size / 1e6:.0f} MB")
    for way in WAYS:
        cpu_s = median(r[way]["cpu_s"] for r in rounds)
        ratio = median(r[way]["cpu_s"] / r["memmap"]["cpu_s"] for r in rounds)
        over_mb = median(r[way]["over_mb"] for r in rounds)
        print(f"{way:<8}{cpu_s:6.2f} CPU s  ratio {ratio:6.1f}  {over_mb:6.0f} MB over the arrays")
    print("bars for ours: ratio at most 3, at most 150 MB")


if __name__ == "__main__":
    main()
