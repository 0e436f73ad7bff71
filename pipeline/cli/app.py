"""The commands: their options, their help, and what they answer to the shell."""

from __future__ import annotations

import io
import os
import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.plm_command import plm
from pipeline.plaintext import plain

_DEBUG = "HYPNIC_DEBUG"
_EXIT_CODES = "Exit codes: 0 all is well, 1 a study was quarantined, 2 the run itself failed."

app = typer.Typer(
    name="hypnic",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Hypnic jerks in polysomnography: stage a night, find leg jerks, and see what those in "
        "N1 were followed by. Research use only; every event must be verified by a person."
    ),
    epilog=_EXIT_CODES,
)


class StageSource(StrEnum):
    """Which stages everything is counted by."""

    TECHNICIAN = "technician"
    AUTO = "auto"


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
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Studies at a time; default: all cores.")
]


@app.command(epilog=_EXIT_CODES)
def run(  # noqa: PLR0913  one for each option
    *,
    study: Annotated[Path, typer.Argument(help="The study's EDF, EDF+, BDF or BDF+ file.")],
    out: OutOption = DEFAULT_OUT,
    hypnogram: Annotated[
        Path | None,
        typer.Option(
            "--hypnogram",
            help="Technician's scoring in a second file: EDF+ annotations, NSRR or Profusion XML, "
            "Philips RML, Luna .annot or .eannot, WFDB, and text exports; told by its content.",
        ),
    ] = None,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
    segment: SegmentOption = False,
    scheme: SchemeOption = None,
) -> None:
    """Score one night: stages, leg movements, sleep starts; write the tables and the report.

    Example: hypnic run night.edf --out results
    """
    from pipeline.cli.scoring import run_study

    given = _overrides(stage_source, None, is_segment=segment, scheme=scheme)
    raise typer.Exit(run_study(study, out, hypnogram, config, given))


@app.command(epilog=_EXIT_CODES)
def batch(  # noqa: PLR0913  one for each option
    *,
    folder: Annotated[Path, typer.Argument(help="Folder with studies; its subfolders count too.")],
    out: OutOption = DEFAULT_OUT,
    jobs: JobsOption = None,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
    segment: SegmentOption = False,
    scheme: SchemeOption = None,
) -> None:
    """Score every study of a folder; a bad one is set aside with a reason, the rest goes on.

    A scoring named after a study is taken as its scoring: night1_hypnogram.edf, night1.xml,
    night1-profusion.xml or night1.annot beside night1.edf. Of several, EDF+ comes first. Studies
    that are already scored are skipped.

    Example: hypnic batch studies --out results --jobs 2
    """
    from pipeline.cli.scoring import run_batch

    given = _overrides(stage_source, jobs, is_segment=segment, scheme=scheme)
    raise typer.Exit(run_batch(folder, out, config, given))


@app.command(epilog=_EXIT_CODES)
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Studies, or folders with studies.")
    ] = None,
    config: ConfigOption = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            "--explain",
            metavar="CODE",
            help="Print what a code means and what to do about it, and read no file; may be "
            "given several times. all: list every code.",
        ),
    ] = None,
    *,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help=(
                "Read all of each file, and ask two second readers (pyedflib, edfio): gaps, "
                "samples out of range, odd annotations, and whatever they read differently. "
                "Exit code 1 also where nothing of ours accounts for a difference."
            ),
        ),
    ] = False,
) -> None:
    """Read headers only: which channel would serve which role, and what is missing.

    Example: hypnic check studies

    Example: hypnic check --explain TRUNCATED

    Example: hypnic check --deep studies
    """
    if explain:
        from pipeline.cli.explaining import explain_codes

        raise typer.Exit(explain_codes(explain))
    if not paths:
        raise typer.BadParameter(
            "give studies or folders (hypnic check studies), or a code (hypnic check --explain "
            "TRUNCATED)",
            param_hint="'PATHS'",
        )
    from pipeline.cli.checking import check_studies

    verdict = check_studies(paths, config)
    if deep:
        from pipeline.cli.deep_checking import check_deeply

        verdict = max(verdict, check_deeply(paths, config))
    raise typer.Exit(verdict)


@app.command()
def compare(
    *,
    scorings: Annotated[
        list[Path],
        typer.Argument(
            help="Scoring files of any format that `run` takes, a night's result folder (its "
            "automatic stages, and its technician's where there are some), or a folder of scorings."
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
        overrides=_overrides(None, None, scheme=scheme),
    )
    raise typer.Exit(compare_paths(scorings, wanted))


app.command()(plm)


@app.command()
def simulate(
    *,
    recipe: Annotated[
        str,
        typer.Argument(help="Recipe file (TOML), a folder of them, or a standard night's name."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File to write (.edf), or a folder for it.")
    ],
    annotations: Annotated[
        bool, typer.Option("--annotations/--no-annotations", help="Put the true stages into it.")
    ] = False,
) -> None:
    """Write simulated nights as EDF+, and beside each its exact truth as JSON.

    Example: hypnic simulate sample_data/recipes/demo --out studies
    """
    from pipeline.cli.simulating import simulate_nights

    raise typer.Exit(simulate_nights(recipe, out, annotations=annotations))


@app.command()
def show(
    result: Annotated[
        Path, typer.Argument(help="A result folder, or an output folder of many.")
    ] = DEFAULT_OUT,
) -> None:
    """Print the summary of a scored night in the terminal.

    Example: hypnic show results
    """
    from pipeline.cli.showing import show_results

    raise typer.Exit(show_results(result))


@app.command(name="config")
def show_config(
    config: ConfigOption = None,
    stage_source: SourceOption = None,
    jobs: JobsOption = None,
) -> None:
    """Print the effective settings as TOML: each key, its meaning, and where its value is from.

    Example: hypnic config --config configs/example_lab.toml
    """
    from pipeline.cli.configuring import show_effective

    raise typer.Exit(show_effective(config, _overrides(stage_source, jobs)))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line; an error is told in one line, with exit code 2, without traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except KeyboardInterrupt:
        _fail("stopped. What was finished is kept; run it again to go on.")
    except Exception as error:  # noqa: BLE001 - the last place where anything is caught
        _fail(_told(error))


def _told(error: Exception) -> str:
    from pipeline.errors import HypnicError

    if isinstance(error, HypnicError):
        return str(error)
    if os.environ.get(_DEBUG):
        traceback.print_exception(error)
    return f"{type(error).__name__}: {error}. Set {_DEBUG}=1 to see where; please report it."


def _fail(words: str) -> None:
    typer.echo(f"hypnic: {plain(words)}", err=True)
    sys.exit(2)


def _overrides(
    stage_source: StageSource | None,
    jobs: int | None,
    *,
    is_segment: bool = False,
    scheme: str | None = None,
) -> dict[str, object]:
    given = {
        "night.stage_source": None if stage_source is None else stage_source.value,
        "night.gaps": "longest" if is_segment else None,
        "run.jobs": jobs,
        "scoring.scheme": scheme,
    }
    return {key: value for key, value in given.items() if value is not None}
