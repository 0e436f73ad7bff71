"""`hypnic compare`: scorers side by side, in pairs, and against each other's consensus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, track

from pipeline import settings
from pipeline.cli.comparing_tables import print_comparison
from pipeline.cli.words import shown
from pipeline.comparison import Comparison, Scorer, compare_scorers
from pipeline.comparison_files import PAGE, write_comparison
from pipeline.event_agreement import MatchParameters
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.named_paths import make_folder, require
from pipeline.outcome import ExitCode
from pipeline.scorers import find_scorers, read_scorers, with_aliases


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the scorings are compared and what is written.

    Attributes
    ----------
    lights_off_s
        Where a scorer has no mark; None: the start of its record.
    out
        None: nothing is written.
    has_names
        Whether file names stand in what is written; they may tell whose night it was.
    config
        TOML file with settings of how scorings are read.
    overrides
        Settings of how scorings are read.
    """

    match: MatchParameters
    lights_off_s: float | None = None
    out: Path | None = None
    has_names: bool = False
    config: Path | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)


def compare_paths(paths: Sequence[Path], wanted: Wanted) -> ExitCode:
    """Compare the scorings at the paths; print the agreement, and write it where wanted.

    Raises
    ------
    HypnicError
        A path or its content cannot be used, or the scorings have nothing in common.
    """
    console = Console()
    for path in paths:
        require(path)
    parameters = settings.load(wanted.config, wanted.overrides).settings.scoring
    comparison = _compared(console, _read(console, paths, parameters), wanted)
    print_comparison(console, comparison)
    if wanted.out is not None:
        make_folder(wanted.out)
        titled = comparison.named() if wanted.has_names else comparison
        write_comparison(wanted.out, titled)
        console.print(f"Written: {shown(wanted.out / PAGE)}", soft_wrap=True)
    return ExitCode.GOOD


def _read(
    console: Console, paths: Sequence[Path], parameters: ScoringParameters
) -> tuple[Scorer, ...]:
    found = [each for path in paths for each in find_scorers(path)]
    is_quiet = not console.is_terminal
    bar = track(found, "reading", console=console, transient=True, disable=is_quiet)
    groups = [
        read_scorers(
            path, f"scoring {number} of {len(found)}", parameters, wants_all=len(found) == 1
        )
        for number, path in enumerate(bar, start=1)
    ]
    return _with_clear_names(found, groups)


def _with_clear_names(
    paths: Sequence[Path], groups: Sequence[tuple[Scorer, ...]]
) -> tuple[Scorer, ...]:
    """Give the scorers with aliases; equal stems get their folder's name before them."""
    scorers = with_aliases(groups)
    places = [path for path, group in zip(paths, groups, strict=True) for _ in group]
    names = [scorer.name for scorer in scorers]
    return tuple(
        replace(s, name=f"{path.parent.name}/{s.name}" if names.count(s.name) > 1 else s.name)
        for s, path in zip(scorers, places, strict=True)
    )


def _compared(console: Console, scorers: Sequence[Scorer], wanted: Wanted) -> Comparison:
    n_pairs = len(scorers) * (len(scorers) - 1) // 2
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("comparing", total=n_pairs)
        return compare_scorers(
            scorers,
            wanted.match,
            lights_off_s=wanted.lights_off_s,
            on_pair=lambda: progress.advance(task),
        )
