"""`hypnic batch`, and the killing of its processes at random moments."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.robust.faults.studies import CONFIG
from tests.robust.faults.trials import ROOT

WHOLE_SHARE = 0.1  # of the kills that end the whole batch; the others end one worker
_AFTER_S = (0.05, 1.5)  # some studies are published in between, some are not
_LOOK_S = 0.02


def begin_batch(folder: Path, out: Path, *words: str, n_jobs: int = 2) -> subprocess.Popen[str]:
    """Begin `hypnic batch` in a session of its own."""
    config = out.with_name("few.toml")
    config.write_text(CONFIG)
    command = [sys.executable, "-m", "pipeline.cli", "batch", str(folder), "--out", str(out)]
    return subprocess.Popen(
        [*command, "--config", str(config), "--jobs", str(n_jobs), *words],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def batch(folder: Path, out: Path, *words: str) -> tuple[int, str]:
    """Run `hypnic batch` to its end; give its exit code and what it printed."""
    running = begin_batch(folder, out, *words)
    printed = running.communicate()[0]
    return running.returncode, printed


def random_kills(folder: Path, out: Path, n: int, seed: int) -> int:
    """Run batches and kill `n` times at random; give how many batches that took.

    Of a batch that ends in between, all results are taken away, and it is begun anew.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    n_batches = n_kills = 0
    while n_kills < n:
        running = begin_batch(folder, out)
        n_batches += 1
        while running.poll() is None and n_kills < n:
            workers = _workers(running.pid)
            if not workers:
                time.sleep(_LOOK_S)
                continue
            time.sleep(chance.uniform(*_AFTER_S))
            n_kills += _is_killed(running, chance)
        if running.poll() is None:  # else its number may be another's by now
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        if running.returncode == 0 and n_kills < n:
            shutil.rmtree(out / "nights")
    return n_batches


def _is_killed(running: subprocess.Popen[str], chance: random.Random) -> bool:
    if running.poll() is not None:
        return False
    with suppress(ProcessLookupError):
        if chance.random() < WHOLE_SHARE:
            os.killpg(running.pid, signal.SIGKILL)
            return True
        workers = _workers(running.pid)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            return True
    return False


def _workers(session: int) -> list[int]:
    """Give the processes of a session that are neither the batch nor its own children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and int(fields[1]) not in {session, 1, os.getpid()}:
                found.append(int(entry.parent.name))
    return found
