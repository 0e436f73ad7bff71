"""What `hypnic compare` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.words import shown
from pipeline.comparison import Comparison, EventGroup, PairAgreement
from pipeline.comparison.compare import MEASURES
from pipeline.hypnogram import SCORED
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
        yield _events(found)


def _doubts(found: Comparison) -> Iterator[str]:
    names = {f"scorer {s.alias}": s.name for s in found.scorers}
    for scorer in found.scorers:
        for notice in scorer.scoring.notices:
            yield _doubt(scorer.name, notice.code, notice.message)
    for notice in found.notices:
        yield _doubt(names[notice.where], notice.code, notice.message)


def _doubt(name: str, code: str, message: str) -> str:
    return f"[yellow]![/yellow] {shown(name)}: {code}: {escape(message)}"


def _scorers(found: Comparison) -> Table:
    headings = ("scorer", "epochs", "unscored", *(_HEADINGS[name] for name in MEASURES))
    title = "Scorers: minutes; latencies from lights off (SOL: first sleep, LPS: first 10 unbroken)"
    table = _table(title, headings)
    for scorer, summary in zip(found.scorers, found.summaries, strict=True):
        metrics = [summary.metrics.get(name) for name in MEASURES]
        cells = [_number(m.value if m else None, ".1f") for m in metrics]
        counts = (f"{summary.n_epochs}", f"{summary.n_unscored}")
        table.add_row(shown(scorer.name), *counts, *cells)
    return table


def _event_counts(found: Comparison) -> Table:
    groups = [g for g in EventGroup if any(s.n_events[g] is not None for s in found.summaries)]
    table = _table("Events scored", ("scorer", *(plain(group) for group in groups)))
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
    table = _table("Kappa of every two", ("", *(s.alias for s in found.scorers), "who"))
    for i, scorer in enumerate(found.scorers):
        cells = [_number(found.kappa(i, j), ".2f") for j in range(len(found.scorers))]
        table.add_row(scorer.alias, *cells, shown(scorer.name))
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


def _events(found: Comparison) -> Table:
    rules = found.parameters
    title = (
        f"Events, one to one: by overlap (at least {rules.least_iou:g} of the union) and by onset "
        f"(within {rules.onset_tolerance_s:g} s)"
    )
    headings = ("reference, other", "kind", "by", "events", "pairs", "precision", "recall", "F1")
    table = _table(title, headings)
    for pair in found.pairs:
        for row in pair.events:
            names, kind = _names(found, pair), plain(row.group)
            if row.agreement is None:
                table.add_row(names, kind, row.rule, *[_ABSENT] * 5)
                continue
            a = row.agreement
            scores = (_number(x, ".3f") for x in (a.precision, a.recall, a.f1))
            counts = (f"{a.n_reference}, {a.n_found}", f"{len(a.pairs)}")
            table.add_row(names, kind, row.rule, *counts, *scores)
    return table


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
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        justify = "right" if place else "left"
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _number(value: float | None, form: str) -> str:
    return _ABSENT if value is None else format(value, form)
