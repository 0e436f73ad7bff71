"""What `hypnic compare` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.words import shown
from pipeline.comparison import (
    Comparison,
    EventComparison,
    EventGroup,
    MatchRule,
    PairAgreement,
)
from pipeline.comparison.compare import MEASURES
from pipeline.hypnogram import SCORED
from pipeline.report.comparison import MOST_PAIRS
from pipeline.report.words import plain

_ABSENT = "-"
_LETTERS = tuple(stage.letter for stage in SCORED)
_HEADINGS = {
    "n1_min": "N1",
    "tst_min": "TST",
    "sol_min": "SOL",
    "n2_latency_min": "to N2",
    "lps_min": "LPS",
    "n3_latency_min": "to N3",
}
_PERCENT = 100


def print_comparison(console: Console, found: Comparison) -> None:
    """Print doubts, scorers, pairs, the matrix of kappas, and events."""
    for line in _doubts(found):
        console.print(line, soft_wrap=True)
    for table in _tables(found):
        console.print(table)
        console.print()
    if len(found.pairs) > 1:
        console.print(_medians(found), soft_wrap=True)
    if any(pair.events for pair in found.pairs):
        console.print(f"[dim]{_event_rules(found)}[/dim]", soft_wrap=True)
    console.print("[dim]- stands for: not scored, or not defined. It is never 0.[/dim]")


def _tables(found: Comparison) -> Iterator[Table]:
    yield _scorers(found)
    if any(count is not None for s in found.summaries for count in s.n_events.values()):
        yield _event_counts(found)
    staged = [pair for pair in found.pairs if pair.stages is not None]
    if staged:
        yield _kappas(found, staged)
        yield _f1s(found, staged)
    if found.against_others:
        yield _matrix(found)
        yield _against_others(found)
    if any(pair.events for pair in found.pairs):
        yield from _events(found)


def _doubts(found: Comparison) -> Iterator[str]:
    for notice, names in found.named().doubts().items():
        words = f"{notice.code}: {escape(notice.message)}"
        yield f"[yellow]![/yellow] {shown(', '.join(names))}: {words}"


def _scorers(found: Comparison) -> Table:
    headings = ("scorer", "epochs", "unscored", *(_HEADINGS[name] for name in MEASURES))
    title = "Scorers: minutes; latencies from lights off"
    table = _table(title, headings)
    for scorer, summary in zip(found.scorers, found.summaries, strict=True):
        metrics = [summary.metrics.get(name) for name in MEASURES]
        cells = [_number(m.value if m else None, ".1f") for m in metrics]
        counts = (f"{summary.n_epochs}", f"{summary.n_unscored}")
        table.add_row(shown(scorer.name), *counts, *cells)
    return table


def _event_counts(found: Comparison) -> Table:
    groups = [g for g in EventGroup if any(s.n_events[g] is not None for s in found.summaries)]
    table = _table("Events scored", ("scorer", *(_kind(group) for group in groups)))
    for scorer, summary in zip(found.scorers, found.summaries, strict=True):
        counts = [summary.n_events[group] for group in groups]
        table.add_row(shown(scorer.name), *(_number(count, "d") for count in counts))
    return table


def _kappas(found: Comparison, pairs: Sequence[PairAgreement]) -> Table:
    title = "Pairs: Cohen's kappa, of all five stages and of each against the rest"
    headings = ("reference, other", "epochs", "left out", "equal %", "kappa", *_LETTERS)
    table = _table(title, headings)
    for pair in pairs:
        agreement = pair.stages
        if agreement is None:
            continue
        counts = (f"{agreement.n_epochs}", f"{agreement.n_left_out}")
        share = f"{_PERCENT * agreement.accuracy:.1f}" if agreement.n_epochs else _ABSENT
        kappas = (_number(k, ".3f") for k in (agreement.kappa, *agreement.stage_kappas))
        table.add_row(_names(found, pair), *counts, share, *kappas)
    return table


def _f1s(found: Comparison, pairs: Sequence[PairAgreement]) -> Table:
    table = _table("Pairs: F1 of each stage", ("reference, other", *_LETTERS))
    for pair in pairs:
        if pair.stages is not None:
            table.add_row(_names(found, pair), *(_number(f1, ".3f") for f1 in pair.stages.f1))
    return table


def _matrix(found: Comparison) -> Table:
    table = _table("Kappa of every two", ("scorer", *(s.alias for s in found.scorers)))
    for i, scorer in enumerate(found.scorers):
        cells = [_number(found.kappa(i, j), ".2f") for j in range(len(found.scorers))]
        name = scorer.name if scorer.name == scorer.alias else f"{scorer.alias} {scorer.name}"
        table.add_row(shown(name), *cells)
    return table


def _against_others(found: Comparison) -> Table:
    title = "Each against the consensus of all others (epochs without one are left out)"
    table = _table(title, ("scorer", "epochs", "left out", "equal %", "kappa", *_LETTERS))
    for scorer, agreement in zip(found.scorers, found.against_others, strict=True):
        counts = (f"{agreement.n_epochs}", f"{agreement.n_left_out}")
        share = f"{_PERCENT * agreement.accuracy:.1f}" if agreement.n_epochs else _ABSENT
        kappas = (_number(k, ".3f") for k in (agreement.kappa, *agreement.stage_kappas))
        table.add_row(shown(scorer.name), *counts, share, *kappas)
    return table


def _events(found: Comparison) -> Iterator[Table]:
    """Give a table per pair, or the medians over many pairs."""
    if len(found.pairs) > MOST_PAIRS:
        yield _event_medians(found)
        return
    scores = ("pairs", "P", "R", "F1")
    for pair in found.pairs:
        if not pair.events:
            continue
        title = f"Events of {_names(found, pair)}: by overlap, then by onset"
        table = _table(title, ("kind", "events", *scores, *scores))
        for group in dict.fromkeys(row.group for row in pair.events):
            rows = [row for row in pair.events if row.group is group]
            table.add_row(_kind(group), *_event_cells(rows))
        yield table


def _event_cells(rows: Sequence[EventComparison]) -> Iterator[str]:
    """Give the events of both, then pairs, precision, recall and F1 by each rule."""
    first = rows[0].agreement
    yield _ABSENT if first is None else f"{first.n_reference}, {first.n_found}"
    for row in rows:
        a = row.agreement
        yield _number(None if a is None else len(a.pairs), "d")
        for value in (a.precision, a.recall, a.f1) if a else (None,) * 3:
            yield _number(value, ".2f")


def _event_medians(found: Comparison) -> Table:
    table = _table("Median F1 of events over the pairs", ("kind", "by", "pairs of scorers", "F1"))
    for group in EventGroup:
        for rule in MatchRule:
            f1s = found.event_f1s(group, rule)
            if f1s:
                table.add_row(_kind(group), rule, f"{len(f1s)}", f"{median(f1s):.3f}")
    return table


def _kind(group: EventGroup) -> str:
    return plain(group).replace("limb movement", "LM")


def _event_rules(found: Comparison) -> str:
    rules = found.parameters
    return (
        f"Events are paired one to one, the best first: by overlap of at least {rules.least_iou:g} "
        f"of the union, by onsets at most {rules.onset_tolerance_s:g} s apart. P precision, "
        "R recall, LM limb movement."
    )


def _medians(found: Comparison) -> str:
    parts = [f"all stages {_number(found.median_kappa(), '.3f')}"]
    parts += [
        f"{stage.letter} against the rest {_number(found.median_kappa(stage), '.3f')}"
        for stage in SCORED
    ]
    n_pairs = sum(pair.n_epochs > 0 for pair in found.pairs)
    return f"Median kappa over {n_pairs} pairs: {', '.join(parts)}."


def _names(found: Comparison, pair: PairAgreement) -> str:
    return shown(f"{found.scorers[pair.first].name}, {found.scorers[pair.second].name}")


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None)
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    for place, heading in enumerate(headings):
        justify = "right" if place else "left"
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _number(value: float | None, form: str) -> str:
    return _ABSENT if value is None else format(value, form)
