"""`hypnic check`: headers only; which channel would serve which role, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from pipeline import settings
from pipeline.edf.check import StudyCheck, check_file
from pipeline.errors import SettingsError
from pipeline.outcome import ExitCode
from pipeline.roles import Role
from pipeline.studies import find_files
from pipeline.study import EEG_ROLES, EOG_ROLES, LEG_ROLES

_HOUR_S = 3600.0
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
    console = Console()
    rules = settings.load(config).settings.montage
    files = [file for path in paths for file in _files(path)]
    checks = [
        (file, check_file(file, rules))
        for file in track(files, "reading headers", console=console, transient=True)
    ]
    for file, found in checks:
        _print(console, file, found)
    n_bad = sum(not found.is_readable for _, found in checks)
    console.print(f"{len(checks)} files, {n_bad} of them cannot be scored")
    return ExitCode.QUARANTINED if n_bad else ExitCode.GOOD


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise SettingsError(
            "There is no such file or folder.",
            code="NOT_FOUND",
            found=str(path),
            remedy="Check the path; names with blanks need quotation marks.",
        )
    return find_files(path)


def _print(console: Console, file: Path, found: StudyCheck) -> None:
    if found.error is not None or found.duration_s is None:
        console.print(f"[red]refused[/red]  [bold]{escape(str(file))}[/bold]", soft_wrap=True)
        console.print(f"  {escape(str(found.error))}", soft_wrap=True)
        return
    hours = found.duration_s / _HOUR_S
    console.print(
        f"[green]readable[/green] [bold]{escape(str(file))}[/bold]  {hours:.2f} h", soft_wrap=True
    )
    for lead in found.leads:
        console.print(f"  {lead.role:<14}{escape(lead.label)}  {lead.rate_hz:g} Hz")
    for line in _missing(found):
        console.print(f"  [yellow]missing[/yellow]       {line}", soft_wrap=True)
    for line in _doubts(found):
        console.print(f"  [yellow]![/yellow] {escape(line)}", soft_wrap=True)


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
