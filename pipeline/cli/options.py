"""Options that several commands share, and the settings that they stand for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class StageSource(StrEnum):
    """Which stages everything is counted by."""

    TECHNICIAN = "technician"
    AUTO = "auto"


class AnswerForm(StrEnum):
    """How the answer to a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


DEFAULT_OUT = Path("hypnic_results")
OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="Folder of all results; made if it is not there.")
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="TOML file with the settings that differ from the default."
    ),
]
SourceOption = Annotated[
    StageSource | None,
    typer.Option(
        "--stage-source",
        help="technician: a scoring wins where there is one. auto: stages from the signals.",
    ),
]
SchemeOption = Annotated[
    str | None,
    typer.Option(
        "--scheme",
        help="What bare numbers in a scoring mean: yasa, profusion, caisr and others. Without it "
        "such a list is refused, and the refusal names them all.",
    ),
]
SegmentOption = Annotated[
    bool,
    typer.Option(
        "--segment",
        help="Of a recording with gaps (EDF+D), score the longest part without one; without this "
        'it is set aside. What was left out is told. The same as night.gaps = "longest".',
    ),
]
RetryOption = Annotated[
    bool,
    typer.Option(
        "--retry-failed",
        help="Try the studies again that were set aside, though neither they nor settings nor "
        "versions have changed.",
    ),
]
IdentifiedOption = Annotated[
    bool,
    typer.Option(
        "--identified",
        help="Name the study's file and its date in the report. Without this nothing in the "
        "results names anybody. Every such report is logged.",
    ),
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Studies at a time; default: all cores.")
]


def overrides(
    stage_source: StageSource | None,
    jobs: int | None,
    *,
    is_segment: bool = False,
    scheme: str | None = None,
    retries: bool = False,
    is_identified: bool = False,
) -> dict[str, object]:
    """Give the settings that the given options stand for, by key."""
    given = {
        "night.stage_source": None if stage_source is None else stage_source.value,
        "night.gaps": "longest" if is_segment else None,
        "run.jobs": jobs,
        "run.retry_failed": True if retries else None,
        "scoring.scheme": scheme,
        "report.identified": True if is_identified else None,
    }
    return {key: value for key, value in given.items() if value is not None}
