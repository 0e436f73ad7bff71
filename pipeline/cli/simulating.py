"""`hypnic simulate`: nights from recipes, each as EDF+ with its truth beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.edf.study_writer import read_recipe, write_scoring, write_study, write_truth
from pipeline.errors import SettingsError
from pipeline.outcome import ExitCode
from pipeline.simulate.night import simulate
from pipeline.simulate.recipe import Recipe
from pipeline.simulate.standard import NIGHTS

_ENDING = ".edf"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is written of each night.

    Attributes
    ----------
    annotations, scoring
        The true scoring within the study, and as a second file.
    labels
        Label of the simulator -> label in the file.
    """

    annotations: bool = False
    scoring: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


def renamed(pairs: Sequence[str]) -> dict[str, str]:
    """Give old label -> new label, from texts such as ``EMG LAT=PLM li``.

    Raises
    ------
    SettingsError
        RECIPE_INVALID: a text is no such pair.
    """
    wrong = [pair for pair in pairs if not all(pair.partition("="))]
    if wrong:
        raise SettingsError(
            "A channel cannot be renamed so.",
            code=Code.RECIPE_INVALID,
            found=", ".join(wrong),
            remedy='Give the old and the new label: --rename "EMG LAT=PLM li".',
        )
    return {old: new for old, _, new in (pair.partition("=") for pair in pairs)}


def simulate_nights(recipe: str, out: Path, wanted: Wanted) -> ExitCode:
    """Write the night of a recipe, or of every recipe of a folder, as EDF+ with its truth.

    Raises
    ------
    SettingsError
        There is no such recipe, or several nights were to go into one file.
    """
    console = Console()
    recipes = _recipes(recipe)
    is_file = out.suffix.lower() == _ENDING
    if is_file and len(recipes) > 1:
        raise SettingsError(
            "Several nights cannot go into one file.",
            code=Code.RECIPES,
            found=f"{len(recipes)} recipes, one file",
            remedy="Give a folder with --out.",
        )
    (out.parent if is_file else out).mkdir(parents=True, exist_ok=True)
    for one in track(recipes, "simulating", console=console, transient=True):
        path = out if is_file else out / f"{one.name}{_ENDING}"
        night = simulate(one)
        write_study(path, night, annotations=wanted.annotations, labels=wanted.labels)
        write_truth(path.with_name(f"{path.stem}_truth.json"), night)
        console.print(f"{shown(path)}  and its truth beside it", soft_wrap=True)
        if wanted.scoring:
            second = path.with_name(f"{path.stem}_hypnogram{_ENDING}")
            write_scoring(second, night, labels=wanted.labels)
            console.print(f"{shown(second)}  its true scoring", soft_wrap=True)
    return ExitCode.GOOD


def _recipes(name: str) -> list[Recipe]:
    path = Path(name)
    if path.is_dir():
        return [read_recipe(found) for found in sorted(path.glob("*.toml"))]
    if path.is_file():
        return [read_recipe(path)]
    if name in NIGHTS:
        return [NIGHTS[name]]
    raise SettingsError(
        "There is no such recipe.",
        code=Code.RECIPE_UNKNOWN,
        found=name,
        remedy=f"Give a TOML file, a folder of them, or one of {', '.join(sorted(NIGHTS))}.",
    )
