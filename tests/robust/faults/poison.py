"""Bad studies among good ones: what they cost, and that they change nothing."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from pipeline.outcome import OutcomeStatus
from pipeline.runner import Job, StudyPool
from pipeline.settings import load
from tests.robust.faults.trials import FEW_DRAWS


def score(sources: list[Path], out: Path, n_jobs: int) -> dict[str, Any]:
    """Score studies in a pool; give the codes by file, and the time that it took."""
    began, began_cpu = time.perf_counter(), time.process_time()
    jobs = [Job(source=path) for path in sources]
    with StudyPool(out, load(None, FEW_DRAWS).settings, n_jobs=n_jobs) as pool:
        outcomes = dict(pool.score_all(jobs))
    cpu_s = time.process_time() - began_cpu + sum(found.cpu_s for found in outcomes.values())
    codes = {sources[number].name: str(found.code) for number, found in outcomes.items()}
    return {
        "codes": codes,
        "n_done": sum(found.is_done for found in outcomes.values()),
        "n_quarantined": sum(f.status is OutcomeStatus.QUARANTINED for f in outcomes.values()),
        "cpu_s": cpu_s,
        "wall_s": time.perf_counter() - began,
    }


def main() -> None:
    """Score the studies that the command line names as JSON; print the facts as JSON."""
    facts = json.loads(sys.argv[1])
    sources = [Path(path) for path in facts["sources"]]
    print(json.dumps(score(sources, Path(facts["out"]), facts["n_jobs"])))


if __name__ == "__main__":
    main()
