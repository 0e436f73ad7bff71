"""`hypnic index`: the page of all studies of an output folder, made anew."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from pipeline.batch_page import PAGE, write_page
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.named_paths import require
from pipeline.outcome import ExitCode
from pipeline.study_rows import n_results


def index_results(results: Path) -> ExitCode:
    """Write the page, and print how many studies there are and what became of them.

    Raises
    ------
    ResultError
        No study was ever scored, set aside or left pending there.
    """
    require(results)
    console = Console(emoji=False)
    if not any((results / name).is_dir() for name in ("nights", "quarantine", "pending")):
        raise ResultError(
            "No scored study is there.",
            code=Code.NO_RESULT,
            found=str(results),
            remedy="Give the folder that was given with --out.",
        )
    columns = (TextColumn("reading results"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=n_results(results))
        found = write_page(results, lambda: progress.advance(task))
    console.print(str(found))
    console.print(f"All studies on one page: {shown(results / PAGE)}", soft_wrap=True)
    return ExitCode.GOOD
