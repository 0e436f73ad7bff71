"""`hypnic cohort` on the command line: its options and its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import ConfigOption


def cohort(
    *,
    results: Annotated[
        Path, typer.Argument(help="The folder that was given with --out when nights were scored.")
    ],
    participants: Annotated[
        Path,
        typer.Option(
            "--participants",
            "-p",
            help="Table (TSV or CSV), a row per night: study_key (or file, the study's file name), "
            "participant_id, night or date (its order only), and columns to compare by: age, sex, "
            "caffeine, alcohol, stress, exercise_late, sleep_deprivation, medication, "
            "restless_legs, group.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables and the page.")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help="A further column to compare by; may be given several times. Its values are "
            "written out.",
        ),
    ] = None,
    config: ConfigOption = None,
    identified: Annotated[
        bool,
        typer.Option(
            "--identified/--pseudonyms",
            help="Write participant ids as the table has them; else keyed pseudonyms, the same at "
            "every use on this site.",
        ),
    ] = False,
) -> None:
    """Pool the nights of many persons: what jerks in N1 go with, and in whom.

    Gives jerks per hour of N1, the hazard of N2 after a jerk with errors by person, a hazard
    ratio with E-value and negative control, the spread between persons, groups compared, each
    person's course over the nights, and prompts that may be worth a clinician's look. Damaged
    results, rows without a result and results without a row are told and left out.

    Example: hypnic cohort results --participants participants.tsv --out cohort
    """
    from pipeline.cli.cohorting import cohort_report
    from pipeline.cohorts import CohortRequest

    request = CohortRequest(
        results=results,
        participants=participants,
        out=out,
        config=config,
        columns=tuple(name.strip().lower() for name in column or ()),
        is_identified=identified,
    )
    raise typer.Exit(cohort_report(request))
