"""`hypnic cohort`: nights of many persons, pooled, compared and followed."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pipeline.cli.words import shown
from pipeline.cohort import Cohort
from pipeline.cohort.hazard_terms import Model
from pipeline.cohorts import PAGE, CohortRequest, prepare, report_cohort
from pipeline.outcome import ExitCode
from pipeline.report.cohort import headline


def cohort_report(request: CohortRequest) -> ExitCode:
    """Make the cohort's tables and page, and print what they say first.

    Raises
    ------
    HypnicError
        A path or its content cannot be used.
    """
    console = Console(emoji=False)
    prepare(request)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading nights", total=None)
        found = report_cohort(request, on_night=lambda: progress.advance(task))
    _print(console, found, request.out)
    return ExitCode.GOOD


def _print(console: Console, found: Cohort, out: Path) -> None:
    for notice in found.notices:
        console.print(f"[yellow]![/yellow] {notice.code}: {shown(notice.message)}", soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what", overflow="fold")
    table.add_column("value", overflow="fold")
    for row in headline(found):
        table.add_row(shown(row.title), shown(f"{row.value} {row.interval} {row.note}"))
    console.print(table)
    n2 = found.hazards.model(Model.N2)
    console.print(
        f"{len(found.persons)} persons, {len(found.nights)} nights, {n2.n_rows} epochs of N1 at "
        f"risk, {n2.n_exposed} of them after a jerk; {found.comparisons.n_made} comparisons."
    )
    n_raised = sum(bool(flag.is_raised) for p in found.persons for flag in p.flags)
    console.print(f"{n_raised} prompts that may be worth a clinician's look, in flags.csv.")
    console.print(f"Written: {shown(out / PAGE)}", soft_wrap=True)
    console.print("[dim]Research use only. Association, not proof.[/dim]")
