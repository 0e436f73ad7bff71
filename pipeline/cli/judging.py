"""`hypnic plm`: scored movements through the rule sets, to tables and to the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.words import shown
from pipeline.legs.given import LegScore, RuleSet
from pipeline.legs.indices import IndexName, Scope
from pipeline.legs.scored import ScoredMovement
from pipeline.movement_files.night import GivenNight, NightFiles, read_night
from pipeline.movement_files.results import check_suffix, write_scores
from pipeline.named_paths import require
from pipeline.outcome import ExitCode

_ABSENT = "-"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the user gave.

    Attributes
    ----------
    rules
        Names of rule sets.
    out
        None: to the terminal alone.
    """

    files: NightFiles
    rules: tuple[str, ...]
    out: Path | None = None


def judge_movements(given: Given) -> ExitCode:
    """Print the indices of each rule set; write movements and indices, or print both.

    Raises
    ------
    HypnicError
        A file cannot be used, or the results cannot be written.
    """
    console = Console()
    files = given.files
    for path in (files.movements, files.hypnogram, files.respiratory, files.arousals):
        if path is not None:
            require(path)
    if given.out is not None:
        check_suffix(given.out)
    night = read_night(files)
    scores = [night.score(RuleSet(name)) for name in given.rules]
    _print_notices(console, night)
    _print_scores(console, scores, has_movements=given.out is None)
    if given.out is not None:
        for path in write_scores(given.out, scores, night.notices):
            console.print(f"Written: {shown(path)}", soft_wrap=True)
    return ExitCode.GOOD


def _print_scores(console: Console, scores: Sequence[LegScore], *, has_movements: bool) -> None:
    makers = (*((_movements,) if has_movements else ()), _rates, _counts)
    for table in (make(score) for make in makers for score in scores):
        console.print(table)
        console.print()
    console.print("[dim]- stands for: not scored, or no such time. It is never 0.[/dim]")


def _print_notices(console: Console, night: GivenNight) -> None:
    for notice in night.notices:
        words = escape(f"{notice.code}: {notice.where}: {notice.message}")
        console.print(f"[yellow]![/yellow] {words}", soft_wrap=True)


def _movements(score: LegScore) -> Table:
    headings = ("onset s", "s", "side", "stage", "parts", "CLM", "PLM", "PLMnr", "resp.",
                "arousal", "IMI s")  # fmt: skip
    table = _table(f"{score.rule_set}: movements after merging", headings)
    for each in score.movements:
        table.add_row(*_cells(each))
    return table


def _cells(each: ScoredMovement) -> Sequence[str]:
    flags = (each.is_clm, each.is_plm, each.is_plm_nr, each.is_respiratory, each.has_arousal)
    return (
        f"{each.onset_s:.3f}",
        f"{each.offset_s - each.onset_s:.3f}",
        each.side.value,
        each.stage.letter,
        str(each.n_parts),
        *(_ABSENT if flag is None else "yes" if flag else "no" for flag in flags),
        _number(each.imi_s, ".3f"),
    )


def _rates(score: LegScore) -> Table:
    table = _table(f"{score.rule_set}: per hour of that part of the night", ("index", *Scope))
    for name in IndexName:
        rates = (score.indices[name, scope].per_hour for scope in Scope)
        table.add_row(name, *(_number(rate, ".1f") for rate in rates))
    for title, shares in (("PI", score.periodicity), ("PInr", score.periodicity_nr)):
        table.add_row(title, *(_number(shares[scope], ".2f") for scope in Scope))
    return table


def _counts(score: LegScore) -> Table:
    table = _table(f"{score.rule_set}: counts", ("index", *Scope))
    for name in IndexName:
        table.add_row(name, *(_number(score.indices[name, scope].n, "d") for scope in Scope))
    return table


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place == 0 else "right", no_wrap=True)
    return table


def _number(value: float | None, form: str) -> str:
    return _ABSENT if value is None else format(value, form)
