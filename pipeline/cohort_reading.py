"""Result folders as the nights of a cohort; damaged ones are told and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import privacy, provenance, store
from pipeline.codes import Code
from pipeline.cohort import CohortNight, PersonNight
from pipeline.cohort_folder import read_night
from pipeline.errors import ResultError
from pipeline.notices import Notice
from pipeline.participants import ParticipantNight, Participants
from pipeline.report.words import counted

_FAULTS = (ResultError, OSError, KeyError, TypeError, ValueError, pa.ArrowException)

OnNight = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class CohortNights:
    """The nights of a cohort, and what limits them."""

    nights: tuple[PersonNight, ...]
    notices: tuple[Notice, ...]


def find_results(results: Path) -> dict[str, list[Path]]:
    """Give the folders of each study key under an output folder."""
    found: dict[str, list[Path]] = {}
    for folder in store.nights(results):
        found.setdefault(folder.parent.name, []).append(folder)
    return found


def read_cohort(
    results: Path,
    participants: Participants,
    *,
    is_identified: bool = False,
    on_night: OnNight = lambda: None,
) -> CohortNights:
    """Give the nights that have both a row and a result.

    Parameters
    ----------
    results
        The folder that was given with ``--out`` when the nights were scored.
    participants
        The table.
    is_identified
        Whether persons are called as in the table; else by a keyed pseudonym.
    on_night
        Told after each night that was read.

    Raises
    ------
    ResultError
        COHORT_EMPTY: there is no such night.
    """
    folders = find_results(results)
    matched, n_unmatched = _matched(participants.rows, folders)
    manifests, n_damaged = _manifests(folders, matched)
    chosen = _chosen(manifests)
    nights: list[PersonNight] = []
    for key, row in matched.items():
        if key not in chosen:
            continue
        night = _night(chosen[key], manifests[key][chosen[key]])
        on_night()
        n_damaged += night is None
        if night is not None and row.participant is not None:
            nights.append(_of_person(night, row, is_identified=is_identified))
    if not nights:
        raise _empty(len(participants.rows), len(folders), n_damaged)
    notices = [
        *_unmatched(n_unmatched, len(folders) - len(matched)),
        *_damaged(n_damaged),
        *_settings(manifests, chosen),
    ]
    return CohortNights(nights=tuple(nights), notices=tuple(notices))


def _matched(
    rows: Iterable[ParticipantNight], folders: Mapping[str, list[Path]]
) -> tuple[dict[str, ParticipantNight], int]:
    """Give the row of each study that has a result, and the number of rows without one.

    A file name that several results bear is no match: whose night it is would be a guess.
    """
    by_name = privacy.keys_by_file_name()
    found: dict[str, ParticipantNight] = {}
    n_without = 0
    for row in rows:
        named = {row.study} if row.is_key else by_name.get(row.study or "", set())
        keys = [key for key in named if key in folders]
        if len(keys) == 1 and row.participant is not None and keys[0] not in found:
            found[keys[0] or ""] = row
        else:
            n_without += 1
    return found, n_without


_Manifests = dict[str, dict[Path, Mapping[str, Any]]]


def _manifests(folders: Mapping[str, list[Path]], keys: Iterable[str]) -> tuple[_Manifests, int]:
    """Give the manifests of the studies, and the number of studies without a whole result."""
    found: _Manifests = {}
    n_damaged = 0
    for key in keys:
        for folder in folders[key]:
            try:
                found.setdefault(key, {})[folder] = store.check(folder)
            except _FAULTS:
                continue
        n_damaged += not found.get(key)
    return {key: each for key, each in found.items() if each}, n_damaged


def _made_with(manifest: Mapping[str, Any]) -> str:
    """Give what tells whether two nights were scored alike."""
    version = manifest.get("versions", {}).get("hypnic")
    return provenance.digest({"settings": manifest.get("settings"), "version": version})


def _chosen(manifests: _Manifests) -> dict[str, Path]:
    """Give one folder per study: of several, the one of the settings that most studies have."""
    studies = Counter(
        made for each in manifests.values() for made in {_made_with(m) for m in each.values()}
    )
    return {key: _most_used(each, studies) for key, each in manifests.items()}


def _most_used(folders: Mapping[Path, Mapping[str, Any]], studies: Mapping[str, int]) -> Path:
    return max(folders, key=lambda folder: (studies[_made_with(folders[folder])], folder.name))


def _of_person(night: CohortNight, row: ParticipantNight, *, is_identified: bool) -> PersonNight:
    who = row.participant or ""
    return PersonNight(
        person=who if is_identified else privacy.person_key(who, privacy.site_secret()),
        number=row.number,
        night=night,
        covariates=row.covariates,
    )


def _night(folder: Path, manifest: Mapping[str, Any]) -> CohortNight | None:
    """Give the night of a folder; None where its content is not what a night has."""
    try:
        return read_night(folder, manifest)
    except _FAULTS:
        return None


def _unmatched(n_rows: int, n_results: int) -> list[Notice]:
    if not n_rows and not n_results:
        return []
    words = (
        f"{counted(n_rows, 'row')} of the participants table without a scored night that can be "
        f"told to be its own, {counted(n_results, 'scored result')} without a row: left out."
    )
    return [Notice(code=Code.PARTICIPANTS_UNMATCHED, where="participants", message=words)]


def _damaged(n_damaged: int) -> list[Notice]:
    if not n_damaged:
        return []
    words = f"No whole result of {n_damaged} of the matched studies: left out."
    return [Notice(code=Code.RESULT_DAMAGED, where="results", message=words)]


def _settings(manifests: _Manifests, chosen: Mapping[str, Path]) -> list[Notice]:
    n_several = sum(len(each) > 1 for each in manifests.values())
    n_kinds = len({_made_with(manifests[key][folder]) for key, folder in chosen.items()})
    if not n_several and n_kinds <= 1:
        return []
    words = (
        f"Studies with results of several settings: {n_several}; of these the most frequent "
        f"settings were taken. Sets of settings and version among the nights used: {n_kinds}."
    )
    return [Notice(code=Code.COHORT_SETTINGS, where="results", message=words)]


def _empty(n_rows: int, n_results: int, n_damaged: int) -> ResultError:
    return ResultError(
        "No scored night belongs to the participants.",
        code=Code.COHORT_EMPTY,
        found=f"{n_rows} rows, {n_results} scored studies, {n_damaged} of them not whole",
        remedy="Compare the column study_key (or file) with the folders under nights.",
    )
