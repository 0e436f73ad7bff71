"""Many workers on the same studies at once, each study offered several times, some killed."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path

from pipeline import process
from pipeline.outcome import OutcomeStatus
from pipeline.settings import Settings, load
from tests.robust.faults.trials import FEW_DRAWS

SCORED, SKIPPED, CLAIMED, OTHER = range(10, 14)
MOST_CPU_S = 0.4  # of one study; the kill comes anywhere within it


@dataclass
class Counts:
    """What the workers' offers came to."""

    scored: Counter[str]
    skipped: int = 0
    claimed: int = 0
    killed: int = 0
    other: int = 0


class Crowd:
    """Offers of studies, each worked on in a process of its own, so many at a time.

    Parameters
    ----------
    n_offers
        How often each study is offered at first; what was killed or claimed is offered again.
    kill_share
        Share of the offers whose process is armed to die at a random moment of its work.
    """

    def __init__(
        self, sources: list[Path], out: Path, n_offers: int, *, kill_share: float, seed: int
    ) -> None:
        self._out = out
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self._kill_share = kill_share
        offers = sources * n_offers
        self._chance.shuffle(offers)
        self._waiting = deque(offers)
        self._running: dict[int, Path] = {}
        self._settings: Settings = load(None, FEW_DRAWS).settings
        self.counts = Counts(scored=Counter())

    def work_off(self, n_workers: int) -> Counts:
        """Work all offers off."""
        while self._waiting or self._running:
            while self._waiting and len(self._running) < n_workers:
                self._begin(self._waiting.popleft())
            number, status = os.wait()
            self._end(self._running.pop(number), status)
        return self.counts

    def _begin(self, source: Path) -> None:
        is_armed = self._chance.random() < self._kill_share
        after_s = self._chance.uniform(0.001, MOST_CPU_S) if is_armed else 0.0
        number = os.fork()
        if number == 0:
            _score(source, self._out, self._settings, after_s)
        self._running[number] = source

    def _end(self, source: Path, status: int) -> None:
        counts = self.counts
        code = None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        counts.scored[source.name] += code == SCORED
        counts.skipped += code == SKIPPED
        counts.claimed += code == CLAIMED
        counts.killed += code is None
        counts.other += code == OTHER
        if code in {None, CLAIMED}:
            self._waiting.append(source)


def _score(source: Path, out: Path, settings: Settings, after_s: float) -> None:
    if after_s:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, as SIGKILL does
        signal.setitimer(signal.ITIMER_PROF, after_s)
    outcome = process.score_study(source, out, settings)
    codes = {OutcomeStatus.SCORED: SCORED, OutcomeStatus.SKIPPED: SKIPPED}
    time.sleep(0)
    os._exit(CLAIMED if outcome.code == "CLAIMED" else codes.get(outcome.status, OTHER))


def main() -> None:
    """Run a crowd in this process, which is warm and forks; print its counts as JSON."""
    facts = json.loads(sys.argv[1])
    sources, out = [Path(path) for path in facts["sources"]], Path(facts["out"])
    warm = process.score_study(sources[0], out.with_name("warm"), load(None, FEW_DRAWS).settings)
    assert warm.is_done, warm
    crowd = Crowd(
        sources, out, facts["n_offers"], kill_share=facts["kill_share"], seed=facts["seed"]
    )
    counts = crowd.work_off(facts["n_workers"])
    print(json.dumps(vars(counts)))


if __name__ == "__main__":
    main()
