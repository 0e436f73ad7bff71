"""The files of a comparison: tidy tables, as CSV and Parquet, and one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.agreement import Agreement
from pipeline.comparison import Comparison, EventGroup
from pipeline.comparison.compare import MEASURES
from pipeline.hypnogram import SCORED, Stage
from pipeline.night_columns import PROBABILITIES
from pipeline.report.comparison import render_comparison
from pipeline.table_files import replacing, write_table

PAGE = "comparison.html"
_STAGES = tuple(stage.name.lower() for stage in SCORED)
_Columns = Mapping[str, pa.DataType]

_SCORERS: _Columns = {
    "scorer": pa.string(),
    "n_epochs": pa.int32(),
    "n_unscored": pa.int32(),
    "lights_off_s": pa.float64(),
    "is_lights_off_assumed": pa.bool_(),
    **dict.fromkeys(MEASURES, pa.float64()),
    **{f"n_{group.value}": pa.int32() for group in EventGroup},
    "n_epochs_against_others": pa.int32(),
    "kappa_against_others": pa.float64(),
    "kappa_n1_against_others": pa.float64(),
}
_PAIRS: _Columns = {
    "reference": pa.string(),
    "other": pa.string(),
    "n_epochs": pa.int32(),
    "n_unscored": pa.int32(),
    "n_outside": pa.int32(),
    "accuracy": pa.float64(),
    "kappa": pa.float64(),
    **{f"kappa_{name}": pa.float64() for name in _STAGES},
    **{f"f1_{name}": pa.float64() for name in _STAGES},
}
_CONFUSIONS: _Columns = {
    "reference": pa.string(),
    "other": pa.string(),
    "stage_reference": pa.string(),
    "stage_other": pa.string(),
    "n_epochs": pa.int32(),
}
_EVENTS: _Columns = {
    "reference": pa.string(),
    "other": pa.string(),
    "group": pa.string(),
    "rule": pa.string(),
    "least_iou": pa.float64(),
    "onset_tolerance_s": pa.float64(),
    "n_reference": pa.int32(),
    "n_other": pa.int32(),
    "n_pairs": pa.int32(),
    "n_outside": pa.int32(),
    "precision": pa.float64(),
    "recall": pa.float64(),
    "f1": pa.float64(),
    "median_onset_error_s": pa.float64(),
    "not_scored_by": pa.string(),
}
_EPOCHS: _Columns = {
    "epoch": pa.int32(),
    "onset_s": pa.float64(),
    "duration_s": pa.float64(),
    "scorer": pa.string(),
    "stage": pa.string(),
}
_SHARES: _Columns = {
    "epoch": pa.int32(),
    "onset_s": pa.float64(),
    "duration_s": pa.float64(),
    "consensus": pa.string(),
    "n_scorers": pa.int32(),
    "is_disputed": pa.bool_(),
    **dict.fromkeys(PROBABILITIES, pa.float64()),
}


def write_comparison(folder: Path, found: Comparison) -> None:
    """Write the tables and the page into a folder; files of those names are replaced.

    The scorers stand in them by alias.
    """
    for name, table in comparison_tables(found).items():
        write_table(folder, name, table)
    with replacing(folder / PAGE) as draft:
        draft.write_bytes(render_comparison(found).encode("utf-8"))


def comparison_tables(found: Comparison) -> dict[str, pa.Table]:
    """Give the tables by name; what could not be had is null, never 0.

    ``scorers`` has a row per scorer, ``pairs`` per pair, ``confusions`` per pair and two stages,
    ``events`` per pair, kind of event and rule, ``epochs`` per epoch and scorer, ``shares`` per
    epoch.
    """
    return {
        "scorers": _table(_scorer_rows(found), _SCORERS),
        "pairs": _table(_pair_rows(found), _PAIRS),
        "confusions": _table(_confusion_rows(found), _CONFUSIONS),
        "events": _table(_event_rows(found), _EVENTS),
        "epochs": _table(_epoch_rows(found), _EPOCHS),
        "shares": _table(_share_rows(found), _SHARES),
    }


def _table(rows: Iterator[dict[str, Any]], columns: _Columns) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=pa.schema(list(columns.items())))


def _scorer_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for i, (scorer, summary) in enumerate(zip(found.scorers, found.summaries, strict=True)):
        others = found.against_others[i] if found.against_others else None
        yield {
            "scorer": scorer.alias,
            "n_epochs": summary.n_epochs,
            "n_unscored": summary.n_unscored,
            "lights_off_s": scorer.lights.off_s,
            "is_lights_off_assumed": scorer.lights.is_off_assumed,
            **{name: metric.value for name, metric in summary.metrics.items()},
            **{f"n_{group.value}": count for group, count in summary.n_events.items()},
            "n_epochs_against_others": others and others.n_epochs,
            "kappa_against_others": others and others.kappa,
            "kappa_n1_against_others": others and others.stage_kappas[Stage.N1],
        }


def _staged(found: Comparison) -> Iterator[tuple[dict[str, str], Agreement]]:
    for pair in found.pairs:
        if pair.stages is not None:
            yield _who(found, pair.first, pair.second), pair.stages


def _who(found: Comparison, first: int, second: int) -> dict[str, str]:
    return {"reference": found.scorers[first].alias, "other": found.scorers[second].alias}


def _pair_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for who, agreement in _staged(found):
        yield {
            **who,
            "n_epochs": agreement.n_epochs,
            "n_unscored": agreement.n_unscored,
            "n_outside": agreement.n_outside,
            "accuracy": agreement.accuracy if agreement.n_epochs else None,
            "kappa": agreement.kappa,
            **_by_stage("kappa", agreement.stage_kappas),
            **_by_stage("f1", agreement.f1),
        }


def _by_stage(prefix: str, values: Sequence[float | None]) -> dict[str, float | None]:
    return {f"{prefix}_{name}": value for name, value in zip(_STAGES, values, strict=True)}


def _confusion_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for who, agreement in _staged(found):
        for row in SCORED:
            for column in SCORED:
                yield {
                    **who,
                    "stage_reference": row.letter,
                    "stage_other": column.letter,
                    "n_epochs": int(agreement.confusion[row, column]),
                }


def _event_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for pair in found.pairs:
        for row in pair.events:
            agreement = row.agreement
            facts: dict[str, Any] = {
                **_who(found, pair.first, pair.second),
                "group": row.group.value,
                "rule": row.rule.value,
                "least_iou": found.parameters.least_iou,
                "onset_tolerance_s": found.parameters.onset_tolerance_s,
                "not_scored_by": ", ".join(row.not_scored_by) or None,
            }
            if agreement is not None:
                facts |= {
                    "n_reference": agreement.n_reference,
                    "n_other": agreement.n_found,
                    "n_pairs": len(agreement.pairs),
                    "n_outside": row.n_outside,
                    "precision": agreement.precision,
                    "recall": agreement.recall,
                    "f1": agreement.f1,
                    "median_onset_error_s": row.median_onset_error_s,
                }
            yield facts


def _epoch_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    crowd = found.crowd
    for scorer, stages in zip(found.scorers, crowd.stages, strict=True):
        if scorer.scoring.hypnogram is None:
            continue
        for place, stage in enumerate(stages.tolist()):
            yield {**_epoch(found, place), "scorer": scorer.alias, "stage": Stage(stage).letter}


def _share_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    crowd, shares = found.crowd, found.crowd.shares()
    totals, is_disputed = crowd.counts.sum(axis=1).tolist(), crowd.is_disputed.tolist()
    for place, stage in enumerate(shares.stages.tolist()):
        counts = crowd.counts[place].tolist()
        total = totals[place]
        yield {
            **_epoch(found, place),
            "consensus": Stage(stage).letter,
            "n_scorers": total,
            "is_disputed": is_disputed[place],
            **{
                name: count / total if total else None
                for name, count in zip(PROBABILITIES, counts, strict=True)
            },
        }


def _epoch(found: Comparison, place: int) -> dict[str, Any]:
    crowd = found.crowd
    onset_s = crowd.offset_s + place * crowd.epoch_s
    return {"epoch": place, "onset_s": onset_s, "duration_s": crowd.epoch_s}
