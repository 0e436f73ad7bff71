"""Mutants by the ten thousand against the gate and two second readers; `make fuzz` runs it.

Each mutant must be refused by type or read, within its time; where a second reader differs from
what we read, a notice of ours must tell of the fault. A mutant that breaks this is kept.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from pipeline.edf.annotations import AnnotationList
from pipeline.edf.disagreements import Disagreement
from pipeline.edf.header import Header
from pipeline.edf.opinion import compare, compare_samples
from pipeline.edf.reader import read_header, read_whole
from pipeline.edf.second_readers import READERS, ReaderRefusesError
from pipeline.errors import HypnicError
from pipeline.formats.edf_annotations import to_scoring
from pipeline.montage import MontageParameters, assign, lead
from pipeline.recording import Recording
from tests.robust.mutants import Mutant, mutant

LIMIT_S = 5.0
LIMIT_MIB = 512
BATCH = 250
PROCESSES = 2


class HangError(BaseException):
    """The alarm rang; no reader may catch this as one of its own errors."""


@dataclass
class Report:
    """What became of the mutants; reports of batches are added up."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    opinions: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: int = -1
    peak_mib: float = 0.0

    def add(self, other: Report) -> None:
        self.outcomes += other.outcomes
        self.refusals += other.refusals
        self.opinions += other.opinions
        self.failures += other.failures
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = other.slowest_s, other.slowest
        self.peak_mib = max(self.peak_mib, other.peak_mib)

    @property
    def is_good(self) -> bool:
        return not self.failures and self.peak_mib < LIMIT_MIB


def read_all(path: Path) -> tuple[Header, Recording, AnnotationList]:
    """Read a file as a study is read, from the header to the scoring."""
    header = read_header(path)
    recording, found = read_whole(path, header, [f.index for f in header.facts()])
    for derivation in assign(header.facts(), MontageParameters()).derivations:
        lead(recording, derivation)
    to_scoring(found.annotations, header.duration_s)
    return header, recording, found


def disagreements(
    path: Path, header: Header, recording: Recording, found: AnnotationList, opinions: Counter[str]
) -> Iterator[Disagreement]:
    """Give all that the second readers say differently; count those that say nothing."""
    notices = recording.notices + found.notices
    for name, opened in READERS.items():
        try:
            with opened(path) as second:
                yield from compare(header, found.annotations, notices, second)
                yield from compare_samples(recording, header, notices, second)
            opinions[f"{name} reads"] += 1
        except ReaderRefusesError:
            opinions[f"{name} refuses"] += 1


def judge(path: Path, number: int, report: Report, *, with_opinions: bool) -> None:
    """Read one mutant and put into the report what came of it."""
    began = time.perf_counter()
    try:
        signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
        header, recording, found = read_all(path)
        is_warned = recording.notices or found.notices
        report.outcomes["warned" if is_warned else "exact"] += 1
        took_s = time.perf_counter() - began
        if with_opinions:
            _count(disagreements(path, header, recording, found, report.opinions), number, report)
    except HypnicError as error:
        took_s = time.perf_counter() - began
        report.outcomes["refused"] += 1
        report.refusals[error.code] += 1
    except HangError:
        took_s = LIMIT_S
        report.failures.append((number, "no end"))
    except Exception as error:  # noqa: BLE001 - any other error is what is looked for
        took_s = time.perf_counter() - began
        report.failures.append((number, f"{type(error).__name__}: {error}"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    if took_s > report.slowest_s:
        report.slowest_s, report.slowest = took_s, number


def _count(differences: Iterable[Disagreement], number: int, report: Report) -> None:
    for found in differences:
        kind = found.notice.code if found.notice else found.convention and found.convention.name
        report.opinions[f"{found.reader} differs, {found.what}: {kind or 'UNEXPLAINED'}"] += 1
        if not found.is_explained:
            words = f"{found.reader}, {found.what} {found.where}: {found.ours} / {found.theirs}"
            report.failures.append((number, words))


def judge_batch(folder: Path, seed: int, numbers: Sequence[int], *, with_opinions: bool) -> Report:
    """Judge some mutants in this process."""
    import resource

    def ring(*_: object) -> None:
        raise HangError

    signal.signal(signal.SIGALRM, ring)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # EDFlib talks
    report = Report()
    with tempfile.TemporaryDirectory(dir=folder) as own:
        for number in numbers:
            found = mutant(seed, number)
            path = Path(own) / f"mutant{found.suffix}"
            path.write_bytes(found.content)
            judge(path, number, report, with_opinions=with_opinions)
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report.peak_mib = kib / 1024.0
    return report


def fuzz(folder: Path, *, seed: int, count: int, start: int = 0, quiet: bool = True) -> Report:
    """Judge `count` mutants of a seed on two processes; a process that dies is looked into."""
    total = Report()
    batches = [
        range(first, min(first + BATCH, start + count))
        for first in range(start, start + count, BATCH)
    ]
    with ProcessPool(max_workers=PROCESSES, context=get_context("spawn")) as pool:
        futures = [
            pool.schedule(
                judge_batch,
                args=(folder, seed, batch),
                kwargs={"with_opinions": True},
                timeout=60.0 + LIMIT_S * 10,
            )
            for batch in batches
        ]
        for batch, future in zip(batches, futures, strict=True):
            try:
                total.add(future.result())
            except (ProcessExpired, LateError):
                total.add(_one_by_one(pool, folder, seed, batch))
            if not quiet and batch.stop % 5000 < BATCH:
                print(f"{batch.stop - start} of {count}", file=sys.stderr, flush=True)
    return total


def _one_by_one(pool: ProcessPool, folder: Path, seed: int, batch: range) -> Report:
    """Find the mutant that killed a process, and whether it was we or a second reader."""
    total = Report()
    for number in batch:
        for with_opinions in (True, False):
            job = pool.schedule(
                judge_batch,
                args=(folder, seed, [number]),
                kwargs={"with_opinions": with_opinions},
                timeout=3 * LIMIT_S,
            )
            try:
                total.add(job.result())
                break
            except (ProcessExpired, LateError):
                if with_opinions:
                    total.opinions["a second reader crashes or hangs"] += 1
                else:
                    total.failures.append((number, "the process died or hung"))
    return total


def keep(folder: Path, seed: int, failures: Sequence[tuple[int, str]]) -> None:
    """Write the failing mutants to the folder, with what is wrong, for the kept corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, words in failures:
        found: Mutant = mutant(seed, number)
        stem = folder / f"seed{seed}_{number}"
        stem.with_suffix(found.suffix).write_bytes(found.content)
        told = f"seed {seed}, mutant {number}: {found.story}\n{words}\n"
        stem.with_suffix(".txt").write_text(told, encoding="utf-8")


def show(report: Report, seed: int, count: int, took_s: float) -> None:
    print(f"{count} mutants of seed {seed} in {took_s:.0f} s")
    for title, counts in (
        ("outcomes", report.outcomes),
        ("refused by code", report.refusals),
        ("second readers", report.opinions),
    ):
        print(f"{title}:")
        for name, n in counts.most_common():
            print(f"  {n:>7}  {name}")
    print(f"slowest mutant: {report.slowest_s:.3f} s (number {report.slowest})")
    print(f"peak memory of a process: {report.peak_mib:.0f} MiB (limit {LIMIT_MIB})")
    print(f"failures (crash, hang, other error, silent disagreement): {len(report.failures)}")
    for number, words in report.failures[:50]:
        print(f"  {number}: {words}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50_000, help="how many mutants")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same mutants")
    parser.add_argument("--start", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--keep", type=Path, default=Path("fuzz_failures"), help="for failures")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = fuzz(
            Path(folder),
            seed=options.seed,
            count=options.count,
            start=options.start,
            quiet=False,
        )
    show(report, options.seed, options.count, time.perf_counter() - began)
    if report.failures:
        keep(options.keep, options.seed, report.failures)
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
