"""Settings from TOML files: strict, every mistake told at once, every value with its source."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from pipeline.codes import Code
from pipeline.cohort import CohortParameters
from pipeline.config import Config
from pipeline.errors import SettingsError
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.parameters import Parameters
from pipeline.report.parameters import ReportParameters
from pipeline.workspace import SILENCE_S

DEFAULT_SOURCE = "default"
Model = TypeVar("Model", bound=BaseModel)


class RunParameters(Parameters):
    """How studies are run; nothing here changes a result."""

    jobs: int = Field(
        0,
        ge=0,
        description="studies scored at a time; 0: as many as the machine has cores, and memory for "
        "by study_memory_mib",
    )
    study_memory_mib: int = Field(
        1280,
        ge=256,
        description="memory that one study is expected to take, in MiB; source: under 1024 MiB are "
        "used for a night of 25 channels",
    )
    memory_limit_mib: int = Field(
        4096,
        ge=512,
        description="address space of the process of one study, in MiB (Linux, macOS); source: "
        "under 1024 MiB are used for a night of 25 channels, the rest is shared libraries",
    )
    largest_study_mib: int = Field(
        4096,
        ge=1,
        description="a larger file is refused before it is copied; source: 12 h of 96 EDF "
        "channels at 512 Hz take 4050 MiB",
    )
    time_limit_s: float = Field(
        1800.0, gt=0, description="a study that takes longer is stopped; source: about 100 x normal"
    )
    tries: int = Field(
        3, ge=1, le=10, description="tries for passing faults (I/O, a full disk, a dead process)"
    )
    read_ahead: int = Field(
        1,
        ge=0,
        le=4,
        description="studies for each process that are read from the disk or share ahead of their "
        "turn, while others are computed; 0: none; source: a night takes longer to score than to "
        "read, so one is enough",
    )
    retry_failed: bool = Field(
        default=False,
        description="try studies again that were set aside for a fault of their own, though "
        "neither content nor settings nor versions have changed",
    )
    settle_s: float = Field(
        1.0,
        ge=0,
        description="a file that is shorter than its header says, and was written to within the "
        "last minute, is watched so long: if it grows, it is pending; source: copies over a "
        "network write several times a second",
    )
    claim_silence_s: float = Field(
        SILENCE_S,
        gt=0,
        description="a worker that gives no sign of life for so long is taken for dead, and its "
        "study given to another; source: 12 missed signs, more than a share's answers are kept",
    )
    studies_per_child: int = Field(
        50, ge=1, description="a process is replaced by a fresh one after so many studies"
    )


class Settings(Config):
    """All settings of a run."""

    scoring: ScoringParameters = Field(
        ScoringParameters(), description="technicians' scoring files"
    )
    exchange: ExchangeParameters = Field(
        ExchangeParameters(), description="the night in the formats of other programs"
    )
    report: ReportParameters = Field(ReportParameters(), description="the night's report")
    run: RunParameters = Field(RunParameters(), description="how studies are run")
    cohort: CohortParameters = Field(
        CohortParameters(), description="cohorts of many nights; nothing here changes a night"
    )

    def analysis_record(self) -> dict[str, Any]:
        """Give every setting that changes a night's result, as JSON holds it."""
        return self.model_dump(mode="json", exclude={"run", "cohort"})


@dataclass(frozen=True, kw_only=True)
class Effective:
    """The settings of a run, and where each value that is not a default came from.

    Attributes
    ----------
    sources
        Dotted key -> name of its source, for keys that some source has set.
    """

    settings: Settings
    sources: Mapping[str, str]

    def source(self, key: str) -> str:
        """Give the source of the dotted key's value."""
        owners = [s for k, s in self.sources.items() if k == key or k.startswith(f"{key}.")]
        return owners[0] if owners else DEFAULT_SOURCE


def load(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> Effective:
    """Give the effective settings: the defaults, the file over them, the overrides on top.

    Parameters
    ----------
    path
        A TOML file with any of the keys of ``configs/default.toml``.
    overrides
        Dotted key -> value, such as ``{"run.jobs": 4}``, from the command line.

    Raises
    ------
    SettingsError
        The file is not there or not TOML, or keys or values are wrong: all are listed.
    """
    given = {} if path is None else read_toml(path)
    name = "" if path is None else path.name
    sources = {key: name for key, _ in _leaves(given)}
    for key, value in (overrides or {}).items():
        _put(given, key, value)
        sources[key] = "command line"
    return Effective(settings=checked(Settings, given), sources=sources)


def checked(model: type[Model], given: Mapping[str, Any]) -> Model:
    """Give what a TOML file says as a model, strictly.

    Raises
    ------
    SettingsError
        Keys or values are wrong: all are listed.
    """
    try:
        return model.model_validate_json(json.dumps(given, default=str))
    except ValidationError as error:
        raise _mistakes(error, model) from error


def keys(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Give every dotted key with its description."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.description or ""


def read_toml(path: Path) -> dict[str, Any]:
    """Give the content of a TOML file.

    Raises
    ------
    SettingsError
        The file is not there or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            "The configuration file cannot be read.",
            code=Code.CONFIG_FILE,
            where=path.name,
            found=error.strerror or "",
            remedy="Check the path given with --config.",
        ) from error
    except ValueError as error:
        raise SettingsError(
            "The configuration file is not TOML.",
            code=Code.CONFIG_SYNTAX,
            where=path.name,
            found=str(error),
            remedy="Compare the line with configs/default.toml.",
        ) from error


def _leaves(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _put(record: dict[str, Any], key: str, value: object) -> None:
    *sections, name = key.split(".")
    for section in sections:
        record = record.setdefault(section, {})
    record[name] = value


def _mistakes(error: ValidationError, model: type[BaseModel]) -> SettingsError:
    known = {name for name, _ in keys(model)}
    known |= {name.rsplit(".", 1)[0] for name in known}
    found = [_mistake(fault["type"], fault["loc"], fault["msg"], known) for fault in error.errors()]
    return SettingsError(
        f"The configuration has {len(found)} mistake{'s' if len(found) > 1 else ''}.",
        code=Code.CONFIG_KEYS,
        found="; ".join(found),
        remedy="`hypnic config` prints every key with its meaning; configs/default.toml too.",
    )


def _mistake(kind: str, place: tuple[int | str, ...], message: str, known: set[str]) -> str:
    key = ".".join(str(part) for part in place)
    if kind != "extra_forbidden":
        return f"{key}: {message}"
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f"unknown key {key}" + (f" (did you mean {close[0]}?)" if close else "")
