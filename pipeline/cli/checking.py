"""`hypnic check`: headers only; which channel would serve which role, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from pipeline import settings
from pipeline.cli.explaining import explain_command
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.edf.check import StudyCheck, check_file
from pipeline.edf.reader import read_annotations, read_header, read_longest_part
from pipeline.edf.timekeeping import segment_notice
from pipeline.errors import SettingsError
from pipeline.formats.edf_annotations import to_scoring
from pipeline.outcome import ExitCode
from pipeline.roles import Role
from pipeline.studies import find_files
from pipeline.study import EEG_ROLES, EOG_ROLES, LEG_ROLES

_HOUR_S = 3600.0
_MOST_LABELS = 12
_NEEDS = (
    ("EEG", EEG_ROLES, "no automatic stages: a technician's scoring is needed"),
    ("EOG", EOG_ROLES, "stages from EEG alone are less sure"),
    ("chin EMG", (Role.CHIN,), "no arousals in R, no chin sign of jerks"),
    ("leg EMG", LEG_ROLES, "jerks and leg movements are not available"),
    ("ECG", (Role.ECG,), "the heart cannot be taken out of the legs; no heart sign of jerks"),
)


def check_studies(paths: Sequence[Path], config: Path | None) -> ExitCode:
    """Print for each file what would serve as what; 1 when a file would be quarantined.

    Raises
    ------
    SettingsError
        A path is not there.
    """
    console = Console(emoji=False)
    chosen = settings.load(config).settings
    files = [file for path in paths for file in _files(path)]
    checks = [
        (file, _checked(file, chosen))
        for file in track(files, "reading headers", console=console, transient=True)
    ]
    for file, found in checks:
        _print(console, file, found)
    n_bad = sum(bool(_hindrance(found)) for _, found in checks)
    n_scorings = sum(_is_scoring(found) for _, found in checks)
    console.print(
        f"{len(checks)} files: {n_scorings} scorings, {n_bad} that cannot be scored by themselves"
    )
    codes = [code for _, found in checks for code in _codes(found)]
    if codes:
        console.print(f"What the codes mean: {explain_command(codes)}", soft_wrap=True)
    return ExitCode.QUARANTINED if n_bad else ExitCode.GOOD


def _codes(found: StudyCheck) -> Iterator[Code]:
    """Give the codes that are printed of one file."""
    if found.error is not None:
        yield found.error.code
    elif _hindrance(found):
        yield Code.NO_EEG
    if found.error is None and not _is_scoring(found):
        yield from (notice.code for notice in found.notices)


def _is_scoring(found: StudyCheck) -> bool:
    return found.is_readable and found.has_annotations and not found.has_signals


def _hindrance(found: StudyCheck) -> str:
    """Say why the file alone would be quarantined; empty when it would not, or is a scoring."""
    if found.error is not None:
        return str(found.error)
    has_eeg = bool({lead.role for lead in found.leads}.intersection(EEG_ROLES))
    if has_eeg or found.has_annotations:
        return ""
    return f"{Code.NO_EEG}: no channel serves as EEG, and the file holds no sleep stages"


def _checked(file: Path, chosen: settings.Settings) -> StudyCheck:
    """Check a header; only a study without EEG is read on, for a technician's stages."""
    wants_longest = chosen.night.gaps == "longest"
    found = check_file(file, chosen.montage, wants_longest=wants_longest)
    has_eeg = bool({lead.role for lead in found.leads}.intersection(EEG_ROLES))
    if has_eeg or not (found.has_signals and found.has_annotations):
        return found
    header = read_header(file)
    header = read_longest_part(file, header) if wants_longest else header
    annotations = read_annotations(file, header).annotations
    hypnogram = to_scoring(annotations, found.duration_s or 0.0).hypnogram
    return replace(found, has_annotations=hypnogram is not None)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise SettingsError(
            "There is no such file or folder.",
            code=Code.NOT_FOUND,
            found=str(path),
            remedy="Check the path; names with blanks need quotation marks.",
        )
    return find_files(path)


def _print(console: Console, file: Path, found: StudyCheck) -> None:
    hindrance = _hindrance(found)
    verdict = "[red]refused[/red]  " if hindrance else "[green]readable[/green] "
    name = f"{verdict}[bold]{shown(file)}[/bold]"
    hours = "" if found.duration_s is None else f"  {found.duration_s / _HOUR_S:.2f} h"
    console.print(name + hours, soft_wrap=True)
    if hindrance:
        console.print(f"  {shown(hindrance)}", soft_wrap=True)
        for line in _rescue(found):
            console.print(line, soft_wrap=True)
    if found.error is None:
        for line in _lines(found):
            console.print(line, soft_wrap=True)


def _rescue(found: StudyCheck) -> Iterator[str]:
    """Say what --segment would score of a recording that is refused for its gaps."""
    if found.segment is not None:
        yield f"  with --segment: {shown(segment_notice(found.segment).message)}"


def _lines(found: StudyCheck) -> Iterator[str]:
    """Say what serves as what, what is missing, what serves as nothing, and what is doubtful."""
    if _is_scoring(found):
        yield "  annotations only: a scoring, for the study that it is named after"
        return
    for lead in found.leads:
        yield f"  {lead.role:<14}{shown(lead.label)}  {lead.rate_hz:g} Hz"
    for line in _missing(found):
        yield f"  [yellow]missing[/yellow]       {line}"
    if found.unassigned:
        n_more = len(found.unassigned) - _MOST_LABELS
        labels = shown(", ".join(found.unassigned[:_MOST_LABELS]))
        yield f"  no role       {labels}{f' and {n_more} more' if n_more > 0 else ''}"
    for line in _doubts(found):
        yield f"  [yellow]![/yellow] {shown(line)}"


def _missing(found: StudyCheck) -> Iterator[str]:
    """Say what no channel serves; one leg of two is told too."""
    served = {lead.role for lead in found.leads}
    for name, roles, consequence in _NEEDS:
        if not served.intersection(roles):
            yield f"{name}: {consequence}"
    legs = served.intersection((Role.LEG_LEFT, Role.LEG_RIGHT))
    if len(legs) == 1:
        yield "one leg: jerks are graded lower, since both legs cannot be compared"


def _doubts(found: StudyCheck) -> Iterator[str]:
    """Give each notice; of many of one kind, the first and how many more."""
    counts = Counter(notice.code for notice in found.notices)
    seen: set[str] = set()
    for notice in found.notices:
        if notice.code in seen:
            continue
        seen.add(notice.code)
        more = f" (and {counts[notice.code] - 1} more)" if counts[notice.code] > 1 else ""
        yield f"{notice.code} ({notice.where}): {notice.message}{more}"
