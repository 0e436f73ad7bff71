"""`hypnic export` on the command line: its options and its help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_OUT
from pipeline.exchange.format_names import ExportFormat


class JerkName(StrEnum):
    """What a hypnic jerk is called."""

    HYPNIC_JERK = "hypnic-jerk"
    LIMB_MOVEMENT = "limb-movement"


def export(
    *,
    result: Annotated[
        Path, typer.Argument(help="A night's result folder, or the folder of all results.")
    ] = DEFAULT_OUT,
    formats: Annotated[
        list[ExportFormat],
        typer.Option(
            "--format",
            "-f",
            help="edf: EDF+ annotations, to open beside the recording (EDFbrowser, MNE). luna: "
            ".annot with stage probabilities. nsrr: XML of the NSRR. bids: events.tsv with a JSON "
            "that holds HED tags. csv, parquet: epochs, events, descents and metrics as tables. "
            "May be given several times.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the files; older ones are replaced.")
    ] = Path("hypnic_exports"),
    jerks: Annotated[
        JerkName | None,
        typer.Option(
            "--jerks-as",
            help="What a hypnic jerk is called in edf and nsrr, which have no term for it: "
            "limb-movement is the standard text. Without it, as when the night was scored.",
        ),
    ] = None,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft/--released",
            help="With bids, write hypnogram.tsv too: a draft of the sleep extension of BIDS, "
            "which is not released and may change.",
        ),
    ] = False,
) -> None:
    """Write scored nights in the formats of other programs; the recordings are not needed.

    Each night is checked against its manifest first, and its folder is never changed. Every file
    is read back and compared before it counts. Onsets are in seconds from the start of the
    recording; no date, name or file name is written.

    Example: hypnic export hypnic_results --format luna --format bids --out exports
    """
    from pipeline.cli.exporting import export_results

    if draft and ExportFormat.BIDS not in formats:
        raise typer.BadParameter("is for --format bids only", param_hint="'--draft'")
    words = None if jerks is None else jerks.value.replace("-", " ").capitalize()
    raise typer.Exit(export_results(result, out, formats, words, has_draft=draft))
