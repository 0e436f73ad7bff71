"""`hypnic export`: scored nights in the formats of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from pipeline.cli.words import shown
from pipeline.exchange.format_names import ExportFormat
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exports.exporting import Exported, ExportRequest, export_nights, find_nights
from pipeline.exports.formats import ExportOptions
from pipeline.outcome import ExitCode


def export_results(
    result: Path,
    out: Path,
    formats: Sequence[ExportFormat],
    jerk_text: str | None,
    *,
    has_draft: bool,
) -> ExitCode:
    """Export the nights, tell the damaged ones, and what was written.

    Raises
    ------
    HypnicError
        No night is there, or the files cannot be written.
    """
    console = Console(emoji=False)
    named = None if jerk_text is None else {"jerk_text": jerk_text}
    request = ExportRequest(
        result=result,
        out=out,
        formats=tuple(dict.fromkeys(formats)),
        options=ExportOptions(
            parameters=None if named is None else ExchangeParameters.model_validate(named),
            has_draft=has_draft,
        ),
    )
    folders = find_nights(request)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("exporting nights", total=len(folders))
        found = export_nights(request, folders, on_night=lambda: progress.advance(task))
    _print(console, found, out)
    return ExitCode.QUARANTINED if any(each.error for each in found) else ExitCode.GOOD


def _print(console: Console, found: Sequence[Exported], out: Path) -> None:
    for each in found:
        if each.error is not None:
            console.print(f"[red]not exported[/red] {shown(each.folder)}", soft_wrap=True)
            console.print(f"  {shown(str(each.error))}", soft_wrap=True)
    n_good = sum(each.error is None for each in found)
    n_files = len({path for each in found for path in each.paths})
    console.print(
        f"{n_good} of {len(found)} nights exported, {n_files} files in {shown(out)}",
        soft_wrap=True,
    )
