"""The commands: their options, their help, and what they answer to the shell."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.cohort_command import cohort
from pipeline.cli.compare_command import compare
from pipeline.cli.export_command import export
from pipeline.cli.options import (
    DEFAULT_OUT,
    ConfigOption,
    JobsOption,
    SourceOption,
    overrides,
)
from pipeline.cli.plm_command import plm
from pipeline.cli.query_command import catalogue, query
from pipeline.cli.score_commands import batch, run
from pipeline.cli.serve_command import serve
from pipeline.cli.verify_command import verify
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

app.command(epilog=_EXIT_CODES)(run)
app.command(epilog=_EXIT_CODES)(batch)


@app.command(epilog=_EXIT_CODES)
def index(
    results: Annotated[
        Path, typer.Argument(help="Folder of all results, the one given with --out.")
    ] = DEFAULT_OUT,
) -> None:
    """Write index.html anew: one row per study, with its hypnogram, jerks in N1 and warnings.

    A batch writes it at its end. It is made from the result folders and the quarantine alone, so
    it can be made at any time, also while studies are being scored.

    Example: hypnic index results
    """
    from pipeline.cli.indexing import index_results

    raise typer.Exit(index_results(results))


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


app.command()(compare)


app.command()(plm)


app.command()(cohort)


app.command(
    epilog="Exit codes: 0 all is well, 1 a damaged night was left out, 2 the run itself failed."
)(export)


app.command()(query)


app.command(epilog="Exit codes: 0 all is well, 1 damaged nights were left out, 2 it failed.")(
    catalogue
)


app.command()(serve)


app.command()(verify)


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
    scoring: Annotated[
        bool, typer.Option("--scoring", help="Write the true stages as a second file too.")
    ] = False,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OLD=NEW",
            help="Label of a channel as another lab writes it; may be given several times.",
        ),
    ] = None,
) -> None:
    """Write simulated nights as EDF+, and beside each its exact truth as JSON.

    Example: hypnic simulate sample_data/recipes/demo --out studies
    """
    from pipeline.cli.simulating import Wanted, renamed, simulate_nights

    wanted = Wanted(annotations=annotations, scoring=scoring, labels=renamed(rename or []))
    raise typer.Exit(simulate_nights(recipe, out, wanted))


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

    raise typer.Exit(show_effective(config, overrides(stage_source, jobs)))


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
