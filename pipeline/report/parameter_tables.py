"""All numbers of the night as tables: one line for a number that is given for every stage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.metrics import Metric
from pipeline.report.words import interval, number

_WHOLE = ("sleep", "bed")
_SCOPES = ("wake", "N1", "N2", "N3", "R")
_SCOPE = re.compile(rf" in ({'|'.join((*_WHOLE, *_SCOPES))})(?=$|,| per hour)")
_NO_REASON = "no reason was given"


@dataclass(frozen=True, kw_only=True)
class ParameterRow:
    """One number; `reason` says why it is absent."""

    title: str
    name: str
    value: str
    is_absent: bool
    reason: str
    interval: str
    doubt: str
    unit: str
    definition: str


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One number in sleep or in bed and in every stage.

    Attributes
    ----------
    names
        Of all of them, with ``*`` for the stage.
    cells
        Value and interval in the order of the columns; empty where there is no such number.
    reasons
        Why some are absent.
    """

    title: str
    names: str
    unit: str
    cells: tuple[tuple[str, str], ...]
    is_absent: bool
    reasons: str
    definition: str
    doubt: str


@dataclass(frozen=True, kw_only=True)
class ParameterGroup:
    """Numbers under one heading; `columns` are those of the rows by stage."""

    title: str
    rows: tuple[ParameterRow, ...]
    columns: tuple[str, ...]
    stage_rows: tuple[StageRow, ...]


def parameter_groups(metrics: Sequence[Metric]) -> tuple[ParameterGroup, ...]:
    """Give the numbers by group, in the order in which the groups come first."""
    order = {metric.group: i for i, metric in reversed(list(enumerate(metrics)))}
    ranked = sorted(metrics, key=lambda metric: order[metric.group])
    return tuple(
        _group(title, list(members))
        for title, members in groupby(ranked, key=lambda metric: metric.group)
    )


def _group(title: str, metrics: Sequence[Metric]) -> ParameterGroup:
    families = _families(metrics)
    alone = {next(iter(family.values())).name for family in families if len(family) == 1}
    by_stage = [family for family in families if len(family) > 1]
    whole = next((w for w in _WHOLE if any(w in family for family in by_stage)), "")
    return ParameterGroup(
        title=title,
        rows=tuple(_row(metric) for metric in metrics if metric.name in alone),
        columns=tuple(filter(None, (f"In {whole}" if whole else "", "W", *_SCOPES[1:]))),
        stage_rows=tuple(_stage_row(family, whole) for family in by_stage),
    )


def _families(metrics: Iterable[Metric]) -> list[dict[str, Metric]]:
    """Give the numbers that differ in their stage only, by stage; no stage comes twice."""
    found: dict[tuple[str, ...], dict[str, Metric]] = {}
    for metric in metrics:
        family = found.setdefault((_family(metric), metric.unit), {})
        if _scope(metric) in family:
            family = found.setdefault((metric.name,), {})
        family[_scope(metric)] = metric
    return list(found.values())


def _family(metric: Metric) -> str:
    """Give the title without its stage; a number of no stage is a family of its own."""
    found = _SCOPE.search(metric.title)
    return _SCOPE.sub("", metric.title, count=1) if found else f"{metric.title} ({metric.name})"


def _scope(metric: Metric) -> str:
    found = _SCOPE.search(metric.title)
    return found.group(1) if found else ""


def _row(metric: Metric) -> ParameterRow:
    is_absent = metric.value is None
    return ParameterRow(
        title=metric.title,
        name=metric.name,
        value=number(metric.value),
        is_absent=is_absent,
        reason=(metric.reason or _NO_REASON) if is_absent else "",
        interval=interval(metric),
        doubt=metric.doubt,
        unit=metric.unit,
        definition=metric.definition,
    )


def _stage_row(family: dict[str, Metric], whole: str) -> StageRow:
    first = next(iter(family.values()))
    shown = [family.get(s) for s in ((whole, *_SCOPES) if whole else _SCOPES)]
    return StageRow(
        title=_family(first),
        names=_names(family),
        unit=first.unit,
        cells=tuple(("", "") if m is None else _cell(m) for m in shown),
        is_absent=all(metric.value is None for metric in family.values()),
        reasons=_by_stage(
            {s: _reason(m, s) for s, m in family.items() if m.value is None}, len(family)
        ),
        definition=_by_stage(
            {s: _of_any_stage(m.definition, s) for s, m in family.items()}, len(family)
        ),
        doubt=_by_stage({s: m.doubt for s, m in family.items() if m.doubt}, len(family)),
    )


def _cell(metric: Metric) -> tuple[str, str]:
    return ("—" if metric.value is None else number(metric.value), interval(metric))


def _names(family: dict[str, Metric]) -> str:
    """Give ``jerks_*_per_h`` for ``jerks_n1_per_h``; a name without a stage stands for itself."""
    found = {
        re.sub(rf"(^|_){scope.lower()}(?=_|$)", r"\1*", metric.name, count=1): None
        for scope, metric in family.items()
    }
    return ", ".join(found)


def _reason(metric: Metric, scope: str) -> str:
    """Give the reason in words that hold for any stage, so that stages without time share one."""
    of_it = metric.reason.replace(f"no {scope} ", "none of it ", 1)
    return _of_any_stage(of_it, scope) or _NO_REASON


def _of_any_stage(text: str, scope: str) -> str:
    """Give the text with its last mention of the stage as ``the stage``."""
    head, found, tail = text.rpartition(f" {scope}")
    is_word = bool(found) and not tail[:1].isalnum()
    return f"{head} the stage{tail}" if is_word else text


def _by_stage(texts: dict[str, str], n_stages: int) -> str:
    """Give each text once, after the stages that it holds for; without them where for all."""
    stages: dict[str, list[str]] = {}
    for scope, text in texts.items():
        stages.setdefault(text, []).append(scope)
    if len(stages) == 1 and len(texts) == n_stages:
        return next(iter(stages))
    return "; ".join(f"{', '.join(scopes)}: {text}" for text, scopes in stages.items())
