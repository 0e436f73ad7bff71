"""The scenes of `make faults`: each gives what it found wrong, and a line that says what it did."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.workspace import sweep
from tests.robust.faults.calls import BROKEN, FULL, KILL, Call, OneStudy, differences, tree
from tests.robust.faults.kills import batch, random_kills
from tests.robust.faults.studies import bad_studies, good_studies
from tests.robust.faults.trials import ROOT

_N_COMPARED = 20  # results of a crowd that are computed once more, alone


@dataclass
class Found:
    """What a scene did, and what was wrong."""

    did: str = ""
    wrong: list[str] = field(default_factory=list)


def one_study(folder: Path, fault: str, *, every: int = 1, seed: int = 0) -> Found:
    """Put one fault at every writing call of one study, or at some of them."""
    study = OneStudy(folder)
    with study.nursery:
        calls = study.calls()
        chosen = calls[seed % every :: every]
        wrong = [f"{call} {words}" for call in chosen for words in study.wrongs(call, fault)]
        wrong += _wrong_beyond(study, calls, fault) if every == 1 else []
    return Found(did=f"{fault} at {len(chosen)} of {len(calls)} writing calls", wrong=wrong)


def _wrong_beyond(study: OneStudy, calls: list[Call], fault: str) -> Iterator[str]:
    """Tell a call that was not counted: one more than the last of each name must not be met."""
    last = {call.name: call.n for call in calls if call.name != "openat"}
    for name, n in last.items():
        if "the fault was not met" not in study.wrongs(Call(name=name, n=n + 1), fault):
            yield f"{name} is called more often than {n} times"


def killed_batches(
    folder: Path, *, n_studies: int = 50, n_kills: int = 200, seed: int = 0
) -> Found:
    """Kill processes of batches at random; the last batch, left alone, finishes the rest."""
    sources = good_studies(folder / "in", n_studies)
    given = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sources}
    wrong = [] if batch(folder / "in", folder / "clean")[0] == 0 else ["the clean run failed"]
    n_batches = random_kills(folder / "in", folder / "out", n_kills, seed)
    n_before = len(list((folder / "out").glob("nights/*/*")))
    code, printed = batch(folder / "in", folder / "out")
    if code != 0 or f"{n_studies} studies = {n_studies} done + 0 quarantined" not in printed:
        wrong.append(f"the last batch answered {code}: {printed[-300:]}")
    with suppress(OSError):  # the reasons of studies killed too often are gone, their folder stays
        (folder / "out" / "quarantine").rmdir()
    wrong += differences(tree(folder / "clean"), tree(folder / "out"))
    if any((path.read_bytes(), path.stat().st_mtime_ns) != given[path] for path in sources):
        wrong.append("a source was touched")
    did = f"{n_kills} kills over {n_batches} batches of {n_studies} studies"
    return Found(did=f"{did}, {n_before} done before the last", wrong=wrong)


def crowd(
    folder: Path, *, n_studies: int = 200, n_workers: int = 16, n_offers: int = 4, seed: int = 0
) -> Found:
    """Let many workers at the same studies, and kill some of them."""
    sources = good_studies(folder / "in", n_studies)
    facts = {"n_offers": n_offers, "n_workers": n_workers, "kill_share": 0.3, "seed": seed}
    counts = _child("crowd", sources, folder / "out", facts)
    sweep(folder / "out")
    wrong = [f"{name} was scored {n} times" for name, n in counts["scored"].items() if n > 1]
    wrong += [f"{counts['other']} offers came to nothing"] if counts["other"] else []
    nights = tree(folder / "out")
    n_nights = len(list((folder / "out").glob("nights/*/*/manifest.json")))
    wrong += [] if n_nights == n_studies else [f"{n_nights} results"]
    wrong += [f"left over: {name}" for name in nights if name.startswith(".work/")]
    chosen = random.Random(seed).sample(sources, min(_N_COMPARED, n_studies))  # noqa: S311
    _child("poison", chosen, folder / "alone", {"n_jobs": 1})
    alone = tree(folder / "alone")
    wrong += [f"differs: {name}" for name, data in alone.items() if nights.get(name, data) != data]
    wrong += [f"missing: {name}" for name in alone if name not in nights]
    did = f"{n_workers} workers, {n_studies} studies offered {n_offers} times: {n_nights} results"
    numbers = f"{sum(counts['scored'].values())} scored, {counts['killed']} killed, "
    numbers += f"{counts['claimed']} found it claimed, {counts['skipped']} found it done"
    return Found(did=f"{did} ({numbers})", wrong=wrong)


def poison(folder: Path, *, n_good: int = 400, n_bad: int = 100, n_jobs: int = 2) -> Found:
    """Score good studies alone, then with bad ones among them."""
    good = good_studies(folder / "in", n_good)
    bad = bad_studies(folder / "in", good[0], n_bad)
    clean = _child("poison", good, folder / "clean", {"n_jobs": n_jobs})
    among = _child("poison", sorted([*good, *bad]), folder / "out", {"n_jobs": n_jobs})
    wrong = [
        f"{path.name}: {among['codes'][path.name]}, not {code}"
        for path, code in bad.items()
        if among["codes"][path.name] != code
    ]
    if (among["n_done"], among["n_quarantined"]) != (n_good, n_bad):
        wrong.append(f"{among['n_done']} done, {among['n_quarantined']} quarantined")
    n_reasons = len(list((folder / "out").glob("quarantine/*/reason.json")))
    wrong += [] if n_reasons == n_bad else [f"{n_reasons} reasons"]
    shutil.rmtree(folder / "out" / "quarantine")
    wrong += differences(tree(folder / "clean"), tree(folder / "out"))
    cpu, wall = (f"{among[key] / clean[key]:.3f} x" for key in ("cpu_s", "wall_s"))
    did = f"{n_good} good studies with {n_bad} bad: CPU {cpu} ({clean['cpu_s']:.0f} s alone)"
    return Found(did=f"{did}, wall {wall}", wrong=wrong)


def _child(module: str, sources: list[Path], out: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Run a module of this package in a fresh process; give the last line that it printed."""
    words = json.dumps(facts | {"sources": [str(path) for path in sources], "out": str(out)})
    command = [sys.executable, "-m", f"tests.robust.faults.{module}", words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


SCENES: dict[str, Callable[[Path], Found]] = {
    "kill": lambda folder: one_study(folder, KILL),
    "full": lambda folder: one_study(folder, FULL),
    "broken": lambda folder: one_study(folder, BROKEN),
    "batch": killed_batches,
    "crowd": crowd,
    "poison": poison,
}
