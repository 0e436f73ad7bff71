"""The rule sets' movements and indices as tables and files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.codes import Code
from pipeline.errors import SettingsError
from pipeline.hypnogram import Stage
from pipeline.legs.given import LegScore
from pipeline.legs.indices import IndexName, Scope
from pipeline.legs.scored import ScoredMovement
from pipeline.notices import Notice
from pipeline.spreadsheets import csv_bytes

SUFFIXES = (".csv", ".parquet", ".json")
_CLOCK_DIGITS = 6

MOVEMENT_COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "rule_set": (pa.string(), "name and version of the rules"),
    "program_version": (pa.string(), "version of hypnic"),
    "onset_s": (pa.float64(), "seconds from the start of the record"),
    "duration_s": (pa.float64(), "from the first onset to the latest end of a part"),
    "side": (pa.string(), "left, right, bilateral or unknown"),
    "stage": (pa.string(), "stage of the epoch that holds the onset; ? where none"),
    "is_clm": (pa.bool_(), "candidate LM (WASM), LM of 0.5 to 10 s (AASM)"),
    "n_parts": (pa.int32(), "movements of one leg that it was made of"),
    "is_respiratory": (pa.bool_(), "respiratory-related; null: not scored"),
    "is_plm": (pa.bool_(), "part of a series; null: not known"),
    "is_plm_nr": (pa.bool_(), "part of a series once respiratory-related ones are removed"),
    "imi_s": (pa.float64(), "onset to onset from the previous movement; null: none"),
    "imi_nr_s": (pa.float64(), "the same with respiratory-related ones removed"),
    "series": (pa.int32(), "number of the series"),
    "series_nr": (pa.int32(), "the same with respiratory-related ones removed"),
    "has_arousal": (pa.bool_(), "with an arousal; null: not scored"),
}
INDEX_COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "rule_set": (pa.string(), "name and version of the rules"),
    "program_version": (pa.string(), "version of hypnic"),
    "index": (pa.string(), "suffix r respiratory-related, nr with those removed, a with arousal"),
    "scope": (pa.string(), "part of the night"),
    "n": (pa.int32(), "count; null: no time in that part, or not scored"),
    "per_hour": (pa.float64(), "that count per hour of that part"),
    "share": (pa.float64(), "periodicity index (PI, PInr), 0 to 1"),
}


def movement_table(scores: Sequence[LegScore]) -> pa.Table:
    """Give one row per movement after merging and rule set."""
    rows = [_movement(score, each) for score in scores for each in score.movements]
    return _table(rows, MOVEMENT_COLUMNS)


def index_table(scores: Sequence[LegScore]) -> pa.Table:
    """Give one row per index, part of the night and rule set; what is not known is null."""
    return _table([row for score in scores for row in _indices(score)], INDEX_COLUMNS)


def check_suffix(out: Path) -> None:
    """Refuse a file to write whose kind is not known.

    Raises
    ------
    SettingsError
        ``OUT_FOLDER``.
    """
    if out.suffix.lower() not in SUFFIXES or not out.parent.is_dir():
        raise SettingsError(
            "The results cannot be written to that place.",
            code=Code.OUT_FOLDER,
            where="--out",
            remedy=f"Give a file ending in {', '.join(SUFFIXES)}, in a folder that is there.",
        )


def write_scores(
    out: Path, scores: Sequence[LegScore], notices: Sequence[Notice]
) -> tuple[Path, ...]:
    """Write movements and indices; give the files. JSON takes both and the notices in one.

    Text cells of CSV that a spreadsheet would run get an apostrophe before them.

    Raises
    ------
    SettingsError
        ``OUT_FOLDER``: the kind of file is not known, or it cannot be written.
    """
    check_suffix(out)
    movements, indices = movement_table(scores), index_table(scores)
    beside = out.with_name(f"{out.stem}_indices{out.suffix}")
    try:
        if out.suffix.lower() == ".json":
            out.write_bytes(_json(movements, indices, notices))
            return (out,)
        for path, table in ((out, movements), (beside, indices)):
            if out.suffix.lower() == ".csv":
                path.write_bytes(csv_bytes(table))
            else:
                pq.write_table(table, path, compression="zstd", version="2.6")
    except OSError as error:
        raise SettingsError(
            "The results cannot be written.",
            code=Code.OUT_FOLDER,
            where="--out",
            found=error.strerror or type(error).__name__,
            remedy="Give a place of your own with --out.",
        ) from error
    return out, beside


def _json(movements: pa.Table, indices: pa.Table, notices: Sequence[Notice]) -> bytes:
    content = {
        "program_version": __version__,
        "notices": [{"code": n.code.value, "where": n.where, "message": n.message}
                    for n in notices],
        "movements": movements.to_pylist(),
        "indices": indices.to_pylist(),
    }  # fmt: skip
    return json.dumps(content, indent=1, allow_nan=False).encode("utf-8")


def _movement(score: LegScore, each: ScoredMovement) -> dict[str, Any]:
    return {
        "rule_set": score.rule_set.value,
        "program_version": __version__,
        "onset_s": round(each.onset_s, _CLOCK_DIGITS),
        "duration_s": round(each.offset_s - each.onset_s, _CLOCK_DIGITS),
        "side": each.side.value,
        "stage": Stage(each.stage).letter,
        **{
            name: getattr(each, name)
            for name in MOVEMENT_COLUMNS
            if name not in {"rule_set", "program_version", "onset_s", "duration_s", "side", "stage"}
        },
    }


def _indices(score: LegScore) -> Iterator[dict[str, Any]]:
    named = {"rule_set": score.rule_set.value, "program_version": __version__}
    for name in IndexName:
        for scope in Scope:
            index = score.indices[name, scope]
            yield {**named, "index": name.value, "scope": scope.value, "n": index.n,
                   "per_hour": index.per_hour}  # fmt: skip
    for key, shares in (("PI", score.periodicity), ("PInr", score.periodicity_nr)):
        for scope in Scope:
            yield {**named, "index": key, "scope": scope.value, "share": shares[scope]}


def _table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, tuple[pa.DataType, str]]
) -> pa.Table:
    fields = [
        pa.field(name, kind, metadata={"description": words})
        for name, (kind, words) in columns.items()
    ]
    return pa.Table.from_pylist(list(rows), schema=pa.schema(fields))
