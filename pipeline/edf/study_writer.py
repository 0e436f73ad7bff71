"""A simulated night as files: the study as EDF+C, its truth as JSON, its recipe as TOML."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import edfio
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from pipeline.codes import Code
from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.errors import SettingsError
from pipeline.events import EventKind
from pipeline.hypnogram import Stage
from pipeline.simulate.night import SimulatedNight, SimulatedSignal
from pipeline.simulate.recipe import Recipe

_DIGITAL_REACH = 32767  # symmetric, so that gain has few digits and zero stays zero
_EQUIPMENT = "hypnic_simulator"
_START_DATE = dt.date(2024, 3, 1)  # any; a simulated night was on no date
_DECIMALS = 6


def write_study(
    path: Path,
    night: SimulatedNight,
    *,
    annotations: bool,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Write the night as EDF+C with each channel at its own rate.

    Parameters
    ----------
    annotations
        Include a technician's scoring, made from the truth: stages, lights, arousals, limb
        movements. Sleep starts are not in it, since no standard text exists for them.
    labels
        Label of the simulator -> label in the file, as another lab's recorder writes it.

    Raises
    ------
    SettingsError
        RECIPE_INVALID: no channel has such a label.
    """
    recipe, renamed = night.recipe, labels or {}
    _check_labels(renamed, [signal.label for signal in night.signals])
    study = edfio.Edf(
        signals=[_edf_signal(s, renamed.get(s.label, s.label)) for s in night.signals],
        patient=edfio.Patient(),
        recording=edfio.Recording(startdate=_START_DATE, equipment_code=_EQUIPMENT),
        starttime=dt.time(recipe.start_hour, 0, 0),
        data_record_duration=recipe.rates.record_s,
        annotations=_scoring(night, renamed) if annotations else [],
    )
    study.write(path)


def write_scoring(
    path: Path, night: SimulatedNight, *, labels: Mapping[str, str] | None = None
) -> None:
    """Write the technician's scoring that `write_study` may include as an EDF+ file of its own."""
    marks = [
        Annotation(onset_s=m.onset, duration_s=m.duration, text=m.text)
        for m in _scoring(night, labels or {})
    ]
    start = dt.datetime.combine(_START_DATE, dt.time(night.recipe.start_hour))
    write_annotations(path, marks, start=start, duration_s=night.recipe.duration_s)


def write_truth(path: Path, night: SimulatedNight) -> None:
    """Write what is true of the night as JSON; a key is absent where nothing is known."""
    facts = {
        "name": night.recipe.name,
        "duration_s": night.recipe.duration_s,
        "lights_off_s": night.lights_off_s,
        "lights_on_s": night.lights_on_s,
        "epoch_s": night.hypnogram.epoch_s,
        "stages": "".join(_letter(Stage(int(s))) for s in night.hypnogram.stages),
        "events": [_record(event) for event in night.truth],
        "bursts": [_record(burst) for burst in night.bursts],
        "arousals": [_record(arousal) for arousal in night.arousals],
        "descents": [_record(descent) for descent in night.descents],
        "contaminations": [_record(item) for item in night.contaminations],
        "recipe": night.recipe.model_dump(mode="json"),
    }
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def read_recipe(path: Path) -> Recipe:
    """Give the recipe in a TOML file.

    Raises
    ------
    SettingsError
        When the file is not TOML, or a key or value in it is wrong; all mistakes at once.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return Recipe.model_validate_json(json.dumps(table))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "the recipe is not TOML", code=Code.RECIPE_SYNTAX, found=str(error)
        ) from error
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(str(part) for part in mistake['loc'])}: {mistake['msg']}"
            for mistake in error.errors()
        )
        raise SettingsError(
            "the recipe cannot be used", code=Code.RECIPE_INVALID, found=found
        ) from error


def write_recipe(path: Path, recipe: Recipe) -> None:
    """Write the recipe as TOML, every key of it."""
    values = recipe.model_dump(mode="json")
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(values[key])}" for key in values if key not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {json.dumps(v)}" for key, v in table.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _check_labels(renamed: Mapping[str, str], known: list[str]) -> None:
    absent = sorted(set(renamed) - set(known))
    if absent:
        raise SettingsError(
            "The simulated night has no such channel.",
            code=Code.RECIPE_INVALID,
            found=", ".join(absent),
            remedy=f"Rename one of {', '.join(known)}.",
        )


def _edf_signal(signal: SimulatedSignal, label: str) -> edfio.EdfSignal:
    return edfio.EdfSignal.from_digital(
        digitised(signal),
        sampling_frequency=signal.rate_hz,
        label=label,
        physical_dimension=signal.unit,
        physical_range=(-signal.reach, signal.reach),
        digital_range=(-_DIGITAL_REACH, _DIGITAL_REACH),
        prefiltering=signal.prefilter,
    )


def digitised(signal: SimulatedSignal) -> NDArray[np.int16]:
    """Give the whole numbers that the file holds, clipped at the recorder's range."""
    scaled = signal.values * np.float32(_DIGITAL_REACH / signal.reach)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -_DIGITAL_REACH, _DIGITAL_REACH, out=scaled)
    return scaled.astype(np.int16)


def _scoring(night: SimulatedNight, renamed: Mapping[str, str]) -> list[edfio.EdfAnnotation]:
    hypnogram = night.hypnogram
    marks = [
        edfio.EdfAnnotation(night.lights_off_s, None, "Lights off"),
        edfio.EdfAnnotation(night.lights_on_s, None, "Lights on"),
    ]
    marks += [
        edfio.EdfAnnotation(float(onset), hypnogram.epoch_s, f"Sleep stage {Stage(int(s)).letter}")
        for onset, s in zip(hypnogram.onsets_s, hypnogram.stages, strict=True)
    ]
    marks += [_mark(a.onset_s, a.duration_s, "EEG arousal") for a in night.arousals]
    marks += [
        _mark(e.onset_s, e.duration_s, f"Limb movement@@{renamed.get(str(e.channel), e.channel)}")
        for e in night.events(EventKind.UNILATERAL_LM)
    ]
    return marks


def _mark(onset_s: float, duration_s: float, text: str) -> edfio.EdfAnnotation:
    return edfio.EdfAnnotation(round(onset_s, _DECIMALS), round(duration_s, _DECIMALS), text)


def _record(fact: Any) -> dict[str, Any]:
    values = asdict(fact)
    return {key: _rounded(value) for key, value in values.items() if value is not None}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    return [_rounded(item) for item in value] if isinstance(value, tuple) else value


def _letter(stage: Stage) -> str:
    return stage.letter[-1]
