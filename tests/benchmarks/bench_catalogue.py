"""What questions to thousands of nights cost, before compaction and after, and the compaction.

Run by ``make bench``. The nights are made up: 960 epochs, some 325 events and 232 numbers each,
with a report of usual size, so that the full check costs what it costs in earnest. Bars for 5,000
nights: a group-by over all events in under 3 s before and 0.2 s after compaction, compaction in
under 60 s, the same rows before and after.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pipeline import catalogue
from pipeline.catalogue.opened import Catalogue
from tests.unit.simulated_results import counted_night, publish_many, template

Answer = TypeVar("Answer")

_REPORT_BYTES = 330_000
_N_TEMPLATES = 40
_REPEATS = 5
GROUPED = (
    "SELECT kind, count(*), avg(duration_s), avg(p_n1) FROM events GROUP BY kind ORDER BY kind"
)
FURTHER = {
    "one study's events": "SELECT count(*) FROM events WHERE study_key = '{key}'",
    "rates of the nights": "SELECT avg(jerks_n1_per_h) FROM nights WHERE is_latest",
    "a mean of every number": "SELECT name, avg(value) FROM metrics GROUP BY name ORDER BY name",
    "stages of all epochs": "SELECT stage, count(*) FROM epochs GROUP BY stage ORDER BY stage",
}


def timed(work: Callable[[], Answer]) -> tuple[Answer, float, float]:
    """Give the answer, wall and CPU seconds."""
    began, began_cpu = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - began, time.process_time() - began_cpu


def ask(nights: Catalogue, query: str) -> list[tuple[object, ...]]:
    """Give the rows of an answer."""
    rows: list[tuple[object, ...]] = nights.sql(query).fetchall()
    return rows


def tell(what: str, wall_s: float, cpu_s: float, note: str = "") -> None:
    """Print one figure."""
    print(f"{what:52} {wall_s:7.3f} s wall {cpu_s:7.3f} CPU s{note}", flush=True)


def grouped(out: Path, note: str) -> list[tuple[object, ...]]:
    """Time the group-by, alone and together with opening the catalogue; give its rows."""
    nights, wall_s, cpu_s = timed(lambda: catalogue.open(out))
    tell("  opening", wall_s, cpu_s)
    rows, wall_s, cpu_s = timed(lambda: ask(nights, GROUPED))
    tell("  group-by over all events, the first", wall_s, cpu_s)
    runs = [timed(lambda: ask(nights, GROUPED)) for _ in range(_REPEATS)]
    wall_s, cpu_s = min(run[1] for run in runs), min(run[2] for run in runs)
    tell(f"  group-by over all events, best of {_REPEATS}", wall_s, cpu_s, note)
    _, wall_s, cpu_s = timed(lambda: ask(catalogue.open(out), GROUPED))
    tell("  opening and group-by together", wall_s, cpu_s)
    return rows


def further(out: Path, queries: Mapping[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """Time further questions, each with a catalogue of its own."""
    answers = {}
    for title, query in queries.items():
        answers[title], wall_s, cpu_s = timed(lambda query=query: ask(catalogue.open(out), query))  # type: ignore[misc]
        tell(f"  {title}", wall_s, cpu_s)
    return answers


def fingerprint(out: Path) -> str:
    """Give a hash of every row of every table, whatever their order, bit by bit."""
    content = hashlib.sha256()
    nights = catalogue.open(out)
    for view in ("nights", "metrics", "epochs", "events", "descents", "channels", "warnings"):
        total = ask(nights, f"SELECT count(*), sum(hash(v)), bit_xor(hash(v)) FROM {view} AS v")
        content.update(repr(total).encode())
    return content.hexdigest()[:16]


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=5000)
    arguments.add_argument("--results", type=Path, help="made here and kept; used if it is there")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = given.results or Path(folder) / "results"
        if not out.exists():
            made = [template(counted_night(seed), _REPORT_BYTES) for seed in range(_N_TEMPLATES)]
            _, wall_s, cpu_s = timed(lambda: publish_many(out, given.nights, made))
            tell(f"{given.nights} results written", wall_s, cpu_s)
        run(out)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak_mib:.0f} MiB")


def run(out: Path) -> None:
    """Ask, compact, ask again, and compare."""
    key = next((out / "nights").iterdir()).name
    queries = {title: query.format(key=key) for title, query in FURTHER.items()}
    print("before compaction")
    before, others = grouped(out, "   (bar: 3 s)"), further(out, queries)
    rows_before = fingerprint(out)
    found, wall_s, cpu_s = timed(lambda: catalogue.compact(out))
    tell(f"compaction of {found.n_nights} nights with all hashes", wall_s, cpu_s, "   (bar: 60 s)")
    size = sum(path.stat().st_size for path in (out / "catalogue").rglob("*") if path.is_file())
    print(f"  {size / 1e6:.0f} MB")
    print("after compaction")
    after, others_after = grouped(out, "   (bar: 0.2 s)"), further(out, queries)
    print(f"every row the same, bit by bit: {rows_before == fingerprint(out)}")
    print(f"group-by and the others the same: {same(before, after)}, {same(others, others_after)}")


def same(one: object, other: object) -> bool:
    """Tell whether two answers are alike; a mean may differ in its last bits by order."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


if __name__ == "__main__":
    main()
