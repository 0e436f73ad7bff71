"""Prefect's part of a batch: CPU time of server, worker and flow beside that of the scoring.

Run by hand or by ``make bench``: a lab's server on loopback, one batch of nights by its nightly
deployment, and the CPU time of every process, told apart by what it is. The processes that score
are those that `hypnic batch` would use too; all others are counted as Prefect's, the flow's own
imports of hypnic included. The nights are one simulated night of 8 h and 25 channels, each copy
with one sample changed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.benchmarks.bench_batch import write_nights
from tests.flow_runs.lab import Lab, lab_server, wait_for

_LOOK_S = 0.5
_LONGEST_S = 7200.0
_ASK_S = 5.0  # each question to the server is work for it
_BAR_PERCENT = 5.0
# Tests hurry these two; a lab does not.
_AS_BY_DEFAULT = {
    "PREFECT_WORKER_QUERY_SECONDS": "10",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "60",
}
_KINDS = {"scoring": "multiprocessing", "flow": "prefect.engine", "worker": "worker"}


class CpuTimes:
    """CPU seconds of every process of a lab, looked at until each ends."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seconds: dict[tuple[str, int, float], float] = {}
        self._is_over = threading.Event()

    def look(self) -> None:
        """Note what every process has used so far."""
        for process in self._lab.processes():
            with suppress(psutil.Error):
                words, times = " ".join(process.cmdline()), process.cpu_times()
                kind = next((k for k, word in _KINDS.items() if word in words), "server")
                key = (kind, process.pid, process.create_time())
                self._seconds[key] = times.user + times.system

    def by_kind(self) -> dict[str, float]:
        """Give the CPU seconds of each kind of process so far."""
        found = dict.fromkeys((*_KINDS, "server"), 0.0)
        for (kind, _, _), seconds in self._seconds.items():
            found[kind] += seconds
        return found

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again, so that what ends is seen shortly before."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        yield
        self._is_over.set()
        thread.join()
        self.look()

    def _watch(self) -> None:
        while not self._is_over.wait(_LOOK_S):
            self.look()


def measure(lab: Lab) -> tuple[dict[str, float], str]:
    """Run the nightly deployment once; give CPU seconds by kind of process, and its sums."""
    times = CpuTimes(lab)
    times.look()
    before = times.by_kind()
    deployment = lab.deployment("ward-nightly")["id"]
    with times.watched():
        run = lab.ask(f"deployments/{deployment}/create_flow_run", {})["id"]
        ends = {"COMPLETED", "FAILED", "CRASHED"}
        wait_for(lambda: lab.ask(f"flow_runs/{run}")["state_type"] in ends, _LONGEST_S, _ASK_S)
    after = times.by_kind()
    message = lab.ask(f"flow_runs/{run}")["state"]["message"]
    return {kind: after[kind] - before[kind] for kind in after}, message


def main() -> None:
    """Print the CPU time of each part and Prefect's share of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=40)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        nights = Path(folder) / "nights"
        write_nights(nights, given.nights)
        with lab_server(Path(folder) / "lab", inbox_every_s=3600, **_AS_BY_DEFAULT) as lab:
            for night in sorted(nights.iterdir()):
                night.rename(lab.inbox / night.name)
            found, message = measure(lab)
    part = sum(seconds for kind, seconds in found.items() if kind != "scoring")
    told = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in found.items())
    print(f"{message}; CPU s: {told}")
    percent = 100.0 * part / (part + found["scoring"])
    print(f"Prefect's part: {part:.1f} CPU s, {percent:.1f} % (bar: {_BAR_PERCENT:g} %)")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
