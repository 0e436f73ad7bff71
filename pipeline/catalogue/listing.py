"""Which nights are there: one look at the folders, no file opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.store import MANIFEST, NIGHTS

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class NightFolder:
    """A night's folder as it stands: a replaced one has another manifest.

    Attributes
    ----------
    key
        Study key and digest.
    folder
        Absolute path, with forward slashes.
    manifest_bytes, manifest_ns
        Size and time of its manifest.
    """

    key: Key
    folder: str
    manifest_bytes: int
    manifest_ns: int

    @property
    def state(self) -> tuple[int, int]:
        """What differs once the folder is replaced."""
        return self.manifest_bytes, self.manifest_ns


def list_nights(out: Path) -> dict[Key, NightFolder]:
    """Give every night with a manifest, by study key and digest, in that order."""
    found: dict[Key, NightFolder] = {}
    for study in _folders((out / NIGHTS).absolute().as_posix()):
        for result in _folders(study):
            with suppress(OSError):  # no manifest: not published
                facts = os.stat(f"{result}/{MANIFEST}")  # noqa: PTH116 - thousands of them
                night = _night(result, facts)
                found[night.key] = night
    return dict(sorted(found.items()))


def latest(nights: Iterable[NightFolder]) -> set[Key]:
    """Give the latest result of each study: by the time of its manifest, then by its digest."""
    best: dict[str, NightFolder] = {}
    for night in nights:
        rival = best.get(night.key[0])
        if rival is None or _age(night) > _age(rival):
            best[night.key[0]] = night
    return {night.key for night in best.values()}


def _age(night: NightFolder) -> tuple[int, str]:
    return night.manifest_ns, night.key[1]


def _night(folder: str, facts: os.stat_result) -> NightFolder:
    _, study_key, digest = folder.rsplit("/", 2)
    return NightFolder(
        key=(study_key, digest),
        folder=folder,
        manifest_bytes=facts.st_size,
        manifest_ns=facts.st_mtime_ns,
    )


def _folders(parent: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(parent) as entries:
        yield from (f"{parent}/{each.name}" for each in entries if each.is_dir())
