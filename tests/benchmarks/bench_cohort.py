"""What a cohort of many nights costs: seconds and peak memory, from result folders to the page.

Run by ``make bench``. The result folders are small ones, drawn, with a report of usual size, so
that checking them costs what it costs in earnest. Bars: 1,000 nights in under 60 s and 2 GiB.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from pipeline.cohorts import CohortRequest, report_cohort
from tests.unit.cohort_nights import letters_and_jerks
from tests.unit.cohort_results import key_of, write_result

_NIGHTS_PER_PERSON = 5
_REPORT_BYTES = 330_000
_EPOCHS = 960


def write_nights(out: Path, n_nights: int) -> Path:
    """Write so many result folders and their participants table."""
    draw = np.random.default_rng(0)
    rows = ["study_key\tparticipant_id\tnight\tage\tsex\tcaffeine\trestless_legs"]
    for number in range(n_nights):
        person, night = divmod(number, _NIGHTS_PER_PERSON)
        caffeine = ("none", "some", "much")[person % 3]
        often = 0.3 * (1.0 + 0.5 * (person % 3)) * np.exp(0.4 * draw.standard_normal())
        letters, jerks_s = letters_and_jerks(draw, 0.2 * draw.standard_normal(), often, -0.4)
        letters = (letters + "2" * _EPOCHS)[:_EPOCHS]
        onsets_s = [t for t in jerks_s if t < 30.0 * _EPOCHS]
        arousals_s = [t + 1.0 for t in onsets_s[::3]] + draw.uniform(0, 25_000, 20).tolist()
        key = key_of(f"{person} {night}")
        write_result(out, key, letters, onsets_s, arousals_s=arousals_s, filler_bytes=_REPORT_BYTES)
        facts = (20 + person % 60, "fm"[person % 2], caffeine, ("no", "yes")[person % 7 == 0])
        rows.append("\t".join(map(str, (key, f"P{person}", night + 1, *facts))))
    table = out / "participants.tsv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return table


def main() -> None:
    """Print seconds and peak memory."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=1000)
    arguments.add_argument("--keep", type=Path, help="folder to keep results and page in")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder)
        os.environ["HYPNIC_HOME"] = str(root / "home")
        table = write_nights(root / "results", given.nights)
        began, began_cpu = time.perf_counter(), time.process_time()
        (root / "cohort").mkdir(exist_ok=True)
        request = CohortRequest(results=root / "results", participants=table, out=root / "cohort")
        found = report_cohort(request)
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(found.nights)} nights of {len(found.persons)} persons: {wall_s:.1f} s wall, "
        f"{cpu_s:.1f} CPU s (bar: 60), peak {peak_mib:.0f} MiB (bar: 2048)"
    )


if __name__ == "__main__":
    main()
