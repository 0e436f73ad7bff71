"""`hypnic run` and `hypnic batch`: their options and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.child_context import scoring_context
from pipeline.cli.options import (
    DEFAULT_OUT,
    ConfigOption,
    IdentifiedOption,
    JobsOption,
    OutOption,
    RetryOption,
    SchemeOption,
    SegmentOption,
    SourceOption,
    overrides,
)
from pipeline.named_paths import require


def run(  # noqa: PLR0913  one for each option
    *,
    study: Annotated[Path, typer.Argument(help="The study's EDF, EDF+, BDF or BDF+ file.")],
    out: OutOption = DEFAULT_OUT,
    hypnogram: Annotated[
        Path | None,
        typer.Option(
            "--hypnogram",
            help="Technician's scoring in a second file: EDF+ annotations, NSRR or Profusion XML, "
            "Philips RML, Luna .annot or .eannot, WFDB, and text exports; told by its content. Or "
            "the folder of a DOMINO export, whose files are one scoring.",
        ),
    ] = None,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
    segment: SegmentOption = False,
    scheme: SchemeOption = None,
    identified: IdentifiedOption = False,
) -> None:
    """Score one night: stages, leg movements, sleep starts; write the tables and the report.

    Example: hypnic run night.edf --out results
    """
    for path in filter(None, (study, hypnogram)):
        require(path)
    scoring_context()
    from pipeline.cli.scoring import run_study

    given = overrides(
        stage_source,
        None,
        is_segment=segment,
        scheme=scheme,
        retries=True,
        is_identified=identified,
    )
    raise typer.Exit(run_study(study, out, hypnogram, config, given))


def batch(  # noqa: PLR0913  one for each option
    *,
    folder: Annotated[Path, typer.Argument(help="Folder with studies; its subfolders count too.")],
    out: OutOption = DEFAULT_OUT,
    jobs: JobsOption = None,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
    segment: SegmentOption = False,
    scheme: SchemeOption = None,
    retry_failed: RetryOption = False,
    identified: IdentifiedOption = False,
) -> None:
    """Score every study of a folder; a bad one is set aside with a reason, the rest goes on.

    A scoring named after a study is taken as its scoring: night1_hypnogram.edf, night1.xml,
    night1-profusion.xml or night1.annot beside night1.edf; so are the files of a DOMINO export
    that are named after it, or a folder night1 that holds them. Of several, EDF+ comes first.
    Studies that are already scored are skipped. One that was set aside for a fault of its own is
    not tried again while content, settings and versions are the same (--retry-failed does);
    after a fault of the machine, a full disk or a killed process, give the same command again.

    Example: hypnic batch studies --out results --jobs 2
    """
    require(folder)
    scoring_context()
    from pipeline.cli.scoring import run_batch

    given = overrides(
        stage_source,
        jobs,
        is_segment=segment,
        scheme=scheme,
        retries=retry_failed,
        is_identified=identified,
    )
    raise typer.Exit(run_batch(folder, out, config, given))
