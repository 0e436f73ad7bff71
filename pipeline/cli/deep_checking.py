"""`hypnic check --deep`: all of each file, and in what second readers differ from us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from pipeline import settings
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.deep_check import DeepCheck, DeepChecker
from pipeline.edf.disagreements import Disagreement
from pipeline.outcome import ExitCode
from pipeline.studies import find_files


def check_deeply(paths: Sequence[Path], config: Path | None) -> ExitCode:
    """Print for each file what reading all of it shows, and each disagreement.

    Gives 1 where a file is refused or a disagreement is not accounted for.
    """
    console = Console()
    limits = settings.load(config).settings.run
    files = [file for path in paths for file in find_files(path)]
    with DeepChecker(limits) as checker:
        checks = [
            (file, checker.check(file))
            for file in track(files, "reading all", console=console, transient=True)
        ]
    for file, found in checks:
        console.print(f"{_verdict(found)} [bold]{shown(file)}[/bold]", soft_wrap=True)
        for line in _lines(found):
            console.print(f"  {line}", soft_wrap=True)
    n_differ = sum(bool(found.disagreements) for _, found in checks)
    console.print(f"{len(checks)} files, {n_differ} with disagreements")
    is_good = all(found.is_good for _, found in checks)
    return ExitCode.GOOD if is_good else ExitCode.QUARANTINED


def _verdict(found: DeepCheck) -> str:
    if found.error is not None:
        return "[red]refused[/red]  "
    if not found.disagreements:
        return "[green]read whole[/green]"
    return "[yellow]differs[/yellow]" if found.is_good else "[red]differs[/red]"


def _lines(found: DeepCheck) -> Iterator[str]:
    if found.error is not None:
        yield escape(str(found.error))
    for notice in found.notices:
        yield f"[yellow]![/yellow] {escape(f'{notice.code} ({notice.where}): {notice.message}')}"
    for opinion in found.opinions:
        if opinion.refusal:
            yield f"no opinion    {opinion.reader} {escape(opinion.refusal)}"
        for difference in opinion.disagreements:
            yield escape(_told(difference))


def _told(difference: Disagreement) -> str:
    place = ", ".join(x for x in (difference.reader, difference.where, difference.what) if x)
    words = f"{Code.SECOND_OPINION} ({place}): {difference.ours}; {difference.reader} says "
    words += difference.theirs
    if difference.notice is not None:
        return f"{words}. Our notice: {difference.notice.code} ({difference.notice.where})"
    if difference.convention is not None:
        return f"{words}. Known: {difference.convention}"
    return f"{words}. Nothing of ours accounts for it: look at the file in EDFbrowser."
