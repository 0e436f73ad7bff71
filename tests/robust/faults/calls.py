"""Every writing call of one study's life, killed or failed in turn."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import privacy
from pipeline.workspace import sweep
from tests.robust.faults.trials import (
    FEW_DRAWS,
    OTHER_WRITING,
    WRITING,
    Ended,
    Nursery,
    small_study,
)

KILL, FULL, BROKEN = "signal=KILL", "error=ENOSPC", "error=EIO"
OLDER = FEW_DRAWS | {"night.stage_source": "auto"}  # the older night differs in its settings
_CREATES = "O_CREAT"


@dataclass(frozen=True, kw_only=True)
class Call:
    """The `n`-th call of a name in one study's life."""

    name: str
    n: int

    def __str__(self) -> str:
        return f"{self.name}:when={self.n}"


class OneStudy:
    """One small study, what is there before it is scored, and what a clean run leaves.

    Before: an older night of the same study by other settings, the reason why it failed once, and
    the reason of another study. A clean run adds a night and removes the first reason.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.source = small_study(folder / "in")
        self._as_given = self._source_facts()
        self._start, self._home = folder / "start", folder / "home"
        self.nursery = Nursery(self.source, folder)
        self._prepare()
        self._clear()
        clean = self.score()
        assert clean.outcome["status"] == "SCORED", clean.outcome
        self.clean, self._row = tree(self.out), (self.home / "sources.tsv").read_bytes()
        self._before = tree(self._start)

    @property
    def out(self) -> Path:
        """Folder of the results of the trial at hand."""
        return self._folder / "out"

    @property
    def home(self) -> Path:
        """The site's folder in the trial at hand."""
        return self._folder / "trial_home"

    def score(self, *, inject: str = "", trace: str = "") -> Ended:
        """Score the study where the trial left it."""
        return self.nursery.score(self._trial(self.out), inject=inject, trace=trace)

    def calls(self) -> list[Call]:
        """Give every writing call of a clean run; those that only open to read are no such calls.

        A call that this suite does not know how to fail is an error: the list must be whole.
        """
        self._clear()
        traced = self.score(trace=f"{','.join(WRITING)},{OTHER_WRITING},openat").calls
        names = [match[1] for line in traced if (match := re.match(r"(\w+)\(", line))]
        unknown = set(names) - set(WRITING) - {"openat"}
        assert not unknown, f"writing calls that are not failed: {sorted(unknown)}"
        counts = Counter(name for name in names if name != "openat")
        found = [Call(name=name, n=n + 1) for name in counts for n in range(counts[name])]
        opened = [line for line in traced if line.startswith("openat(")]
        creating = [n + 1 for n, line in enumerate(opened) if _CREATES in line]
        return found + [Call(name="openat", n=n) for n in creating]

    def wrongs(self, call: Call, fault: str) -> Iterator[str]:
        """Score under one fault, look at what is there; score again, and look again."""
        self._clear()
        ended = self.score(inject=f"{call.name}:{fault}:when={call.n}")
        if not ended.is_hit:
            yield "the fault was not met"
        if fault != KILL:
            yield from self._wrong_in(ended)
        yield from self._wrong_after(ended)
        sweep(self.out)  # as every batch begins
        again = self.score()
        if again.outcome["status"] not in {"SCORED", "SKIPPED"}:
            yield f"not resumed: {again.outcome}"
        yield from differences(self.clean, tree(self.out))
        if self._source_facts() != self._as_given:
            yield "the source was touched"
        if self._rows() != self._row.splitlines():
            yield "the table of sources is not as after a clean run"

    def _wrong_in(self, ended: Ended) -> Iterator[str]:
        """Tell a false success, and a study that is blamed for what the disk did."""
        status = ended.outcome["status"]
        has_night = self._new_night().items() <= tree(self.out).items()
        if status in {"SCORED", "SKIPPED"} and not has_night:
            yield f"false success: {status}"
        if status not in {"SCORED", "PENDING"}:
            yield f"blamed on the study: {ended.outcome}"

    def _wrong_after(self, ended: Ended) -> Iterator[str]:
        """Tell what is published in part, and what was there before and is no longer."""
        found, new = tree(self.out), self._new_night()
        published = {name: found[name] for name in found if name not in self._before}
        visible = {name: data for name, data in published.items() if not name.startswith(".work")}
        shells = {name for name, data in visible.items() if data is None}
        whole = {name: data for name, data in visible.items() if name not in shells}
        if whole and whole != {name: data for name, data in new.items() if data is not None}:
            yield f"published in part: {sorted(whole)} {ended.outcome}"
        lost = [name for name in self._before if found.get(name) != self._before[name]]
        allowed = {name for name in self._before if name not in self.clean} if whole else set()
        if set(lost) - allowed:
            yield f"lost: {sorted(set(lost) - allowed)}"

    def _new_night(self) -> dict[str, bytes | None]:
        return {name: data for name, data in self.clean.items() if name not in self._before}

    def _prepare(self) -> None:
        """Make what is there before the trials."""
        self._home.mkdir()
        (self._home / "site_secret").write_text("5a" * 32)
        self.home.mkdir()
        shutil.copy(self._home / "site_secret", self.home)
        older = self.nursery.score(self._trial(self._start) | {"settings": OLDER})
        assert older.outcome["status"] == "SCORED", older.outcome
        [key] = [path.name for path in (self._start / "nights").iterdir()]
        for owner in (key, privacy.study_key("another", b"secret")):
            folder = self._start / "quarantine" / owner
            folder.mkdir(mode=0o700, parents=True)
            (folder / "reason.json").write_text('{"code": "CHILD_DIED", "is_final": false}\n')
        (self._start / "quarantine").chmod(0o700)

    def _clear(self) -> None:
        for folder, start in ((self.out, self._start), (self.home, self._home)):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(start, folder)

    def _trial(self, out: Path) -> dict[str, Any]:
        return {"source": str(self.source), "out": str(out), "home": str(self.home)} | {
            "settings": FEW_DRAWS
        }

    def _source_facts(self) -> tuple[bytes, int]:
        return self.source.read_bytes(), self.source.stat().st_mtime_ns

    def _rows(self) -> list[bytes]:
        """Give the whole rows of the table of sources; a torn one is passed over by its readers."""
        rows = (self.home / "sources.tsv").read_bytes().splitlines()
        return [
            row for row in rows if not self._row.startswith(row) or row in self._row.splitlines()
        ]


def tree(folder: Path) -> dict[str, bytes | None]:
    """Give every file with its content, and every folder, by relative name."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def differences(wanted: dict[str, bytes | None], found: dict[str, bytes | None]) -> Iterator[str]:
    """Tell where two trees differ."""
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"missing: {name}"
        elif name not in wanted:
            yield f"left over: {name}"
        elif wanted[name] != found[name]:
            yield f"differs: {name}"
