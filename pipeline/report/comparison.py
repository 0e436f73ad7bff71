"""The page of a comparison: one HTML file that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.agreement import Agreement
from pipeline.comparison import Comparison, EventGroup, MatchRule
from pipeline.comparison.compare import MEASURES
from pipeline.hypnogram import SCORED, Stage
from pipeline.report.answer import Table
from pipeline.report.comparison_picture import picture
from pipeline.report.template import fill
from pipeline.report.words import NOT_AVAILABLE, number, plain
from pipeline.statement import STATEMENT

_LETTERS = tuple(stage.letter for stage in SCORED)
_PERCENT = 100
_LEVELS = 10  # steps of a heat table's colour
MOST_PAIRS = 15  # six scorers; above, pairs are summed up on the page and stand in the tables
_ABSENT = "—"


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """A number as text, and its colour from 0 to 10."""

    text: str
    level: int


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """A row of a heat table."""

    title: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, kw_only=True)
class HeatTable:
    """A table whose cells are coloured by their size."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def render_comparison(found: Comparison) -> str:
    """Give the comparison as HTML, the same text for the same scorings.

    Scorers stand in it by alias.
    """
    has_stages = found.crowd.stages.shape[1] > 0
    return fill(
        "comparison.html.j2",
        facts=_facts(found),
        limits=_limits(found),
        measures=_measures(found),
        definitions=_definitions(found),
        counts=_counts(found),
        picture=picture(found) if has_stages else None,
        kappas=_kappa_heat(found),
        pairs=_pairs(found),
        f1s=_f1s(found),
        others=_others(found),
        confusions=tuple(_confusions(found)),
        events=_events(found),
        event_medians=_event_medians(found),
        parameters=found.parameters,
        statement=(STATEMENT[1], *STATEMENT[-2:]),
    )


def _facts(found: Comparison) -> tuple[tuple[str, str], ...]:
    crowd = found.crowd
    n_epochs = crowd.stages.shape[1]
    label = "Median kappa" if len(found.pairs) > 1 else "Kappa"
    return (
        ("Scorers", f"{len(found.scorers)}"),
        ("Epochs", f"{n_epochs} of {crowd.epoch_s:g} s" if n_epochs else NOT_AVAILABLE),
        ("Epochs of disagreement", f"{int(crowd.is_disputed.sum())}"),
        (label, _kappa(found.median_kappa())),
        (f"{label} of N1 against the rest", _kappa(found.median_kappa(Stage.N1))),
    )


def _limits(found: Comparison) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{notice.code}, {', '.join(aliases)}", notice.message)
        for notice, aliases in found.doubts().items()
    )


def _measures(found: Comparison) -> Table:
    known = {name: m for s in found.summaries for name, m in s.metrics.items()}
    names = [name for name in MEASURES if name in known]
    rows = []
    for scorer, summary in zip(found.scorers, found.summaries, strict=True):
        values = [summary.metrics[n].value if n in summary.metrics else None for n in names]
        counts = (f"{summary.n_epochs}", f"{summary.n_unscored}")
        rows.append((scorer.alias, *counts, *(_value(value) for value in values)))
    return Table(
        caption="Minutes by scorer",
        columns=("Scorer", "Epochs", "Unscored", *(_heading(name) for name in names)),
        rows=tuple(rows),
    )


def _heading(name: str) -> str:
    words = {"n1_min": "N1", "tst_min": "TST", "sol_min": "SOL", "lps_min": "LPS"}
    return words.get(name, plain(name.removesuffix("_latency_min")).upper() + " latency")


def _definitions(found: Comparison) -> tuple[tuple[str, str], ...]:
    known = {name: m for s in found.summaries for name, m in s.metrics.items()}
    return tuple((known[n].title, known[n].definition) for n in MEASURES if n in known)


def _counts(found: Comparison) -> Table:
    groups = [g for g in EventGroup if any(s.n_events[g] is not None for s in found.summaries)]
    rows = tuple(
        (scorer.alias, *(_count(summary.n_events[group]) for group in groups))
        for scorer, summary in zip(found.scorers, found.summaries, strict=True)
    )
    columns = ("Scorer", *(plain(group) for group in groups))
    return Table(caption="Events by scorer", columns=columns, rows=rows if groups else ())


def _kappa_heat(found: Comparison) -> HeatTable:
    aliases = tuple(scorer.alias for scorer in found.scorers)
    places = range(len(aliases))
    rows = tuple(
        HeatRow(title=aliases[i], cells=tuple(_kappa_cell(found.kappa(i, j)) for j in places))
        for i in places
    )
    return HeatTable(caption="Cohen's kappa of every two", columns=("", *aliases), rows=rows)


def _kappa_cell(kappa: float | None) -> HeatCell:
    return HeatCell(text=_kappa(kappa), level=0 if kappa is None else _level(kappa))


def _pairs(found: Comparison) -> Table:
    rows = [(_who(found, p.first, p.second), p.stages) for p in found.pairs if p.stages]
    return Table(
        caption="Kappa: of all five stages, and of each against the rest",
        columns=("Reference, other", "Epochs", "Left out", "Equal", "Kappa", *_LETTERS),
        rows=tuple((who, *_agreement(agreement)) for who, agreement in rows),
    )


def _f1s(found: Comparison) -> Table:
    rows = [(_who(found, p.first, p.second), p.stages) for p in found.pairs if p.stages]
    return Table(
        caption="F1 of each stage",
        columns=("Reference, other", *_LETTERS),
        rows=tuple((who, *(_kappa(f1) for f1 in agreement.f1)) for who, agreement in rows),
    )


def _others(found: Comparison) -> Table:
    rows = zip(found.scorers, found.against_others, strict=False)
    return Table(
        caption="Each scorer against the consensus of all others",
        columns=("Scorer", "Epochs", "Left out", "Equal", "Kappa", *_LETTERS),
        rows=tuple((scorer.alias, *_agreement(agreement)) for scorer, agreement in rows),
    )


def _agreement(agreement: Agreement) -> tuple[str, ...]:
    share = number(_PERCENT * agreement.accuracy, "%") if agreement.n_epochs else _ABSENT
    kappas = (_kappa(kappa) for kappa in (agreement.kappa, *agreement.stage_kappas))
    return f"{agreement.n_epochs}", f"{agreement.n_left_out}", share, *kappas


def _confusions(found: Comparison) -> Iterator[HeatTable]:
    """Give a table per pair, or of each scorer against the others where the pairs are many."""
    if len(found.pairs) <= MOST_PAIRS:
        for pair in found.pairs:
            if pair.stages is not None:
                who = [found.scorers[i].alias for i in (pair.first, pair.second)]
                yield _confusion(f"{who[0]} (rows), {who[1]} (columns)", pair.stages)
        return
    for scorer, agreement in zip(found.scorers, found.against_others, strict=True):
        yield _confusion(f"All others (rows), {scorer.alias} (columns)", agreement)


def _confusion(caption: str, agreement: Agreement) -> HeatTable:
    rows = []
    for letter, counts in zip(_LETTERS, agreement.confusion.tolist(), strict=True):
        total = sum(counts) or 1
        cells = tuple(HeatCell(text=f"{n}", level=_level(n / total)) for n in counts)
        rows.append(HeatRow(title=letter, cells=cells))
    return HeatTable(caption=caption, columns=("", *_LETTERS), rows=tuple(rows))


def _events(found: Comparison) -> Table:
    columns = ("Reference, other", "Kind", "Pairs by", "Events", "Pairs", "Precision", "Recall")
    rows = _event_rows(found) if len(found.pairs) <= MOST_PAIRS else ()
    return Table(
        caption="Events of every two scorers, one to one",
        columns=(*columns, "F1", "Onset"),
        rows=tuple(rows),
    )


def _event_rows(found: Comparison) -> Iterator[tuple[str, ...]]:
    for pair in found.pairs:
        for row in pair.events:
            head = (_who(found, pair.first, pair.second), plain(row.group), row.rule.value)
            agreement = row.agreement
            if agreement is None:
                yield (*head, f"not scored by {', '.join(row.not_scored_by)}", *[_ABSENT] * 5)
                continue
            error_s = row.median_onset_error_s
            yield (
                *head,
                f"{agreement.n_reference}, {agreement.n_found}",
                f"{len(agreement.pairs)}",
                *(_kappa(x) for x in (agreement.precision, agreement.recall, agreement.f1)),
                _ABSENT if error_s is None else f"{error_s:+.2f} s",
            )


def _event_medians(found: Comparison) -> Table:
    """Give the median and range of F1 over the pairs, for more than one pair."""
    rows = []
    for group in EventGroup:
        for rule in MatchRule:
            f1s = found.event_f1s(group, rule)
            if f1s:
                low, middle, high = (f"{q:.2f}" for q in np.quantile(f1s, (0.0, 0.5, 1.0)))
                span = f"{low} to {high}"
                rows.append((plain(group), rule.value, f"{len(f1s)}", middle, span))
    columns = ("Kind", "Pairs by", "Pairs of scorers", "Median F1", "Range")
    is_shown = len(found.pairs) > 1
    caption = "F1 of events over all pairs of scorers"
    return Table(caption=caption, columns=columns, rows=tuple(rows) if is_shown else ())


def _who(found: Comparison, first: int, second: int) -> str:
    return f"{found.scorers[first].alias}, {found.scorers[second].alias}"


def _level(share: float) -> int:
    return max(0, min(_LEVELS, round(share * _LEVELS)))


def _kappa(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.2f}"


def _value(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.1f}"


def _count(value: int | None) -> str:
    return "not scored" if value is None else f"{value}"
