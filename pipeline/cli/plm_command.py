"""`hypnic plm`: its options and its help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class RulesChoice(StrEnum):
    """Rule sets by name and version; `pipeline.legs.given.RuleSet` without its imports."""

    AASM_V3 = "AASM_v3"
    WASM_2016 = "WASM_2016"
    WASM_2016_HALF_SECOND = "WASM_2016_half_second"


def plm(  # noqa: PLR0913 - an argument is an option
    *,
    movements: Annotated[
        Path,
        typer.Argument(
            help="Movements of single legs: CSV, TSV or Parquet with onset_s, duration_s or "
            "offset_s, and side (left, right, unknown); JSON; or a scoring file (EDF+, XML and "
            "others). Of the last two the stages, respiratory events and arousals are taken too."
        ),
    ],
    hypnogram: Annotated[
        Path | None,
        typer.Option(
            "--hypnogram",
            help="Stages: a table with onset_s, duration_s and stage, a text file with one "
            "letter per line and epoch, or an EDF+ scoring.",
        ),
    ] = None,
    respiratory: Annotated[
        Path | None,
        typer.Option(
            "--respiratory",
            help="Respiratory events with onset_s and duration_s. A table without rows: scored, "
            "none found. Not given: not scored, and nothing is said about them.",
        ),
    ] = None,
    arousals: Annotated[Path | None, typer.Option("--arousals", help="Arousals, likewise.")] = None,
    rules: Annotated[
        list[RulesChoice] | None,
        typer.Option(
            "--rules",
            help="Rule set by name and version; may be given several times. Without: AASM_v3 and "
            "WASM_2016 side by side. WASM_2016_half_second: respiratory-related means within "
            "0.5 s of the end of the event.",
        ),
    ] = None,
    epoch_s: Annotated[
        float,
        typer.Option(
            "--epoch-s",
            min=1.0,
            max=120.0,
            help="Seconds per epoch, for a hypnogram with one letter per line.",
        ),
    ] = 30.0,
    scheme: Annotated[
        str,
        typer.Option(
            "--scheme",
            help="Coding of stages that are bare integers, such as yasa or profusion; they are "
            "never guessed.",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="File for the movements after merging, .csv or .parquet, the indices beside it "
            "in a file ..._indices; or .json for both. Nothing is written without.",
        ),
    ] = None,
) -> None:
    """Judge leg movements that someone else scored: periodic ones, and indices per stage.

    Times are seconds from the start of the record. Rows need not be sorted. What is not known
    stays blank and is never 0.

    Example: hypnic plm movements.csv --hypnogram stages.csv --rules WASM_2016 --out plm.csv
    """
    from pipeline.cli.judging import Given, judge_movements
    from pipeline.formats.scoring_parameters import ScoringParameters
    from pipeline.movement_files.night import NightFiles

    files = NightFiles(
        movements=movements,
        hypnogram=hypnogram,
        respiratory=respiratory,
        arousals=arousals,
        parameters=ScoringParameters(epoch_s=epoch_s, scheme=scheme),
    )
    chosen = rules or [RulesChoice.AASM_V3, RulesChoice.WASM_2016]
    names = tuple(dict.fromkeys(rule.value for rule in chosen))
    raise typer.Exit(judge_movements(Given(files=files, rules=names, out=out)))
