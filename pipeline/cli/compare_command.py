"""`hypnic compare` on the command line: its options and its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import ConfigOption, SchemeOption, overrides


def compare(  # noqa: PLR0913  one for each option
    *,
    scorings: Annotated[
        list[Path],
        typer.Argument(
            help="Scoring files of any format that `run` takes, a night's result folder (its "
            "automatic stages, and its technician's where there are some), or a folder of "
            "scorings. A folder with one DOMINO export is one scorer. A single file with several "
            "scorers, as Philips RML with the user's and the machine's stages, is compared in "
            "itself."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for the tables and the page; nothing is written without."
        ),
    ] = None,
    lights_off_s: Annotated[
        float | None,
        typer.Option(
            "--lights-off-s",
            min=0.0,
            help="Lights off, in seconds from the start of the first scoring, for scorings that "
            "do not mark it; else their start stands for it.",
        ),
    ] = None,
    onset_tolerance_s: Annotated[
        float | None,
        typer.Option(
            "--onset-tolerance-s",
            min=0.0,
            max=60.0,
            help="Events with onsets this near are a pair by onset; 0.5 s if not given.",
        ),
    ] = None,
    names: Annotated[
        bool,
        typer.Option(
            "--names/--letters",
            help="Write file names into tables and page; they may tell whose night it was.",
        ),
    ] = False,
    scheme: SchemeOption = None,
    config: ConfigOption = None,
) -> None:
    """Compare scorings of one night: people with each other, or with the machine.

    Prints minutes and latencies side by side; for every two scorers the epochs in common, kappa
    of all stages and of each against the rest, F1 per stage, and the events that both have.
    The first of two is the reference. Epochs that one of them has not scored are left out and
    counted. Scorings that start at other times are laid on one clock.

    Example: hypnic compare anna.edf ben.edf results/nights/KEY/DIGEST --out agreement
    """
    from pipeline.cli.comparing import Wanted, compare_paths
    from pipeline.event_agreement import MatchParameters

    given = {} if onset_tolerance_s is None else {"onset_tolerance_s": onset_tolerance_s}
    match = MatchParameters(**given)
    wanted = Wanted(
        match=match,
        lights_off_s=lights_off_s,
        out=out,
        has_names=names,
        config=config,
        overrides=overrides(None, None, scheme=scheme),
    )
    raise typer.Exit(compare_paths(scorings, wanted))
