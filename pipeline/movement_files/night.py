"""A night's scored movements, stages, respiratory events and arousals, from the user's files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Event, Side
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import ScoringFile
from pipeline.formats.placing import StudyFrame, place
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import EPOCH_S, Hypnogram
from pipeline.legs.given import UNILATERAL, LegScore, RuleSet, score_given
from pipeline.movement_files.cells import PARQUET, Cells, Row, bad_file, read_cells, read_text
from pipeline.movement_files.staged import from_words, read_stages
from pipeline.movement_files.timed import Timed, to_timed
from pipeline.notices import Notice

_TABLES = PARQUET | {".csv", ".tsv", ".tab", ".txt"}
_JSON = ".json"
_PARAMETERS = ScoringParameters()
_LONGEST_S = 7 * 86_400.0  # a week: a mark beyond it is a fault
_ANY_DAY = dt.date(2000, 1, 1)
_LONGEST_EPOCH_S = 600.0
_PARTS = ("movements", "stages", "respiratory", "arousals")


@dataclass(frozen=True, kw_only=True)
class NightFiles:
    """The files of one night.

    Attributes
    ----------
    movements
        Table, JSON or scoring file; of the last two also stages, respiratory events and
        arousals are taken, where no file of their own is given.
    parameters
        What scoring files, and lists of stages, leave open.
    """

    movements: Path
    hypnogram: Path | None = None
    respiratory: Path | None = None
    arousals: Path | None = None
    parameters: ScoringParameters = _PARAMETERS


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenNight:
    """One night as someone scored it; None where a kind was not scored.

    Attributes
    ----------
    movements
        Of one leg each, sorted by onset.
    respiratory_s, arousals_s
        Onset and end in seconds from the start of the record, shape (n, 2).
    """

    movements: Timed
    hypnogram: Hypnogram
    respiratory_s: NDArray[np.float64] | None
    arousals_s: NDArray[np.float64] | None
    notices: tuple[Notice, ...]

    def score(self, rule_set: RuleSet) -> LegScore:
        """Give what a rule set makes of it."""
        return score_given(
            self.movements.spans_s,
            self.movements.sides,
            self.hypnogram,
            rule_set,
            respiratory_s=self.respiratory_s,
            arousals_s=self.arousals_s,
        )


_Clock = tuple[dt.datetime, bool]  # the zero of a file, and whether its date is a real one


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """What one file gave: None for what it does not hold."""

    movements: Timed | None = None
    hypnogram: Hypnogram | None = None
    respiratory: Timed | None = None
    arousals: Timed | None = None
    notices: tuple[Notice, ...] = ()
    clock: _Clock | None = None


def _part(timed: Mapping[str, Timed], hypnogram: Hypnogram | None = None) -> _Part:
    return _Part(
        movements=timed.get("movements"),
        respiratory=timed.get("respiratory"),
        arousals=timed.get("arousals"),
        hypnogram=hypnogram,
    )


def read_night(files: NightFiles) -> GivenNight:
    """Give the night in the files.

    Raises
    ------
    ScoringError
        A file cannot be understood, or no movements or no stages are in them.
    """
    first = _read(files.movements, "movements", files, None)
    wanted = {"hypnogram": files.hypnogram, "respiratory": files.respiratory,
              "arousals": files.arousals}  # fmt: skip
    found: dict[str, Any] = {name: getattr(first, name) for name in wanted}
    notices = list(first.notices)
    clock = first.clock
    for name, path in wanted.items():
        if path is not None:
            part = _read(path, name, files, clock)
            clock = clock or part.clock
            found[name] = getattr(part, name)
            notices += part.notices
            if found[name] is None:
                raise _missing(name)
    movements, hypnogram = first.movements, found["hypnogram"]
    if movements is None:
        raise _missing("movements")
    if hypnogram is None or not hypnogram.is_scored.any():
        raise _missing("hypnogram")
    timed = (movements, found["respiratory"], found["arousals"])
    notices += [n for each in timed if each is not None for n in each.notices]
    notices += _unstaged(movements, hypnogram)
    respiratory, arousals = (None if each is None else each.spans_s for each in timed[1:])
    return GivenNight(
        movements=movements,
        hypnogram=hypnogram,
        respiratory_s=respiratory,
        arousals_s=arousals,
        notices=tuple(notices),
    )


def _read(path: Path, name: str, files: NightFiles, clock: _Clock | None) -> _Part:
    suffix = path.suffix.lower()
    if suffix == _JSON:
        return _from_json(path, name, files.parameters)
    if suffix not in _TABLES:
        return _from_scoring(path, name, files, clock)
    if name == "hypnogram":
        hypnogram, notices = read_stages(path, files.parameters)
        return _Part(hypnogram=hypnogram, notices=notices)
    timed = to_timed(read_cells(path, name, needed=("onset_s",)), has_sides=name == "movements")
    return _part({name: timed})


def _from_scoring(path: Path, name: str, files: NightFiles, clock: _Clock | None) -> _Part:
    try:
        read = scoring_files.read(path, files.parameters)
        mine = _clock(read)
        start, is_dated = clock or mine or (None, False)
        frame = StudyFrame(duration_s=_LONGEST_S, start=start, is_dated=is_dated)
        shift_s, _ = place(read, frame)
        end_s = max((m.onset_s + (m.duration_s or 0.0) for m in read.marks), default=0.0)
        length_s = min(max(end_s + shift_s, 0.0), _LONGEST_S)
        scoring = assemble(read, replace(frame, duration_s=length_s))
    except ScoringError as error:
        where = ", ".join(filter(None, (name, error.where)))
        raise ScoringError(
            error.what, code=error.code, where=where, found=error.found, remedy=error.remedy
        ) from error
    except OSError as error:
        raise bad_file(name, error.strerror or type(error).__name__) from error
    return _Part(
        movements=_of_events(scoring.movements, has_sides=True),
        respiratory=_of_events(scoring.respiratory),
        arousals=_of_events(scoring.arousals),
        hypnogram=scoring.hypnogram,
        notices=scoring.notices,
        clock=mine,
    )


def _clock(file: ScoringFile) -> _Clock | None:
    if file.start is not None:
        return file.start, True
    return None if file.clock is None else (dt.datetime.combine(_ANY_DAY, file.clock), False)


def _of_events(events: Sequence[Event] | None, *, has_sides: bool = False) -> Timed | None:
    if events is None:
        return None
    legs = [
        (event, side)
        for event in events
        for side in ((event.side,) if event.side in UNILATERAL else (Side.LEFT, Side.RIGHT))
    ]
    rows = tuple(
        Row(number=n, cells={"onset_s": e.onset_s, "duration_s": e.duration_s, "side": s.value})
        for n, (e, s) in enumerate(legs, start=1)
    )
    columns = {name: name for name in ("onset_s", "duration_s", "side")}
    cells = Cells(name="scored events", columns=columns, rows=rows, counted="event")
    return to_timed(cells, has_sides=has_sides)


def _from_json(path: Path, name: str, parameters: ScoringParameters) -> _Part:
    """Give the parts of a JSON file: a list of one part's events, or an object of all parts."""
    try:
        content = json.loads(read_text(path, name))
    except (ValueError, RecursionError) as error:
        raise bad_file(name, "no JSON") from error
    if isinstance(content, list):
        content = {"stages" if name == "hypnogram" else name: content}
    if not isinstance(content, dict) or not set(_PARTS) & set(content):
        raise bad_file(name, "JSON without " + ", ".join(_PARTS))
    timed = {
        part: _events(content[part], part)
        for part in ("movements", "respiratory", "arousals")
        if content.get(part) is not None
    }
    length_s = content.get("epoch_s", parameters.epoch_s or EPOCH_S)
    if (
        isinstance(length_s, bool)
        or not isinstance(length_s, int | float)
        or not 0 < length_s <= _LONGEST_EPOCH_S
    ):
        raise bad_file(name, "an epoch_s that is no length of an epoch")
    stages = content.get("stages")
    hypnogram = None
    if isinstance(stages, str | list):
        words = [(f"epoch {n}", stage) for n, stage in enumerate(stages, start=1)]
        timing = parameters.model_copy(update={"epoch_s": float(length_s)})
        hypnogram, _ = from_words(words, timing)
    return _part(timed, hypnogram)


def _events(content: object, part: str) -> Timed:
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise bad_file(part, "JSON that is no list of events with onset_s and duration_s")
    keys = ("onset_s", "duration_s", "offset_s", "side")
    used = {k: k for k in keys if any(k in each for each in content)}
    used |= {} if content else {"onset_s": "onset_s", "duration_s": "duration_s"}
    if "onset_s" not in used:
        raise bad_file(part, "JSON events without onset_s")
    get: Callable[[Mapping[str, object]], dict[str, object]] = lambda e: {k: e.get(k) for k in used}  # noqa: E731
    rows = tuple(Row(number=n, cells=get(each)) for n, each in enumerate(content, start=1))
    cells = Cells(name=part, columns=used, rows=rows, counted="event")
    return to_timed(cells, has_sides=part == "movements")


def _unstaged(movements: Timed, hypnogram: Hypnogram) -> list[Notice]:
    n = sum(hypnogram.stage_at(float(onset_s)) < 0 for onset_s in movements.spans_s[:, 0])
    if not n:
        return []
    words = f"{n} of {len(movements.sides)} movements begin in no staged epoch; no index has them."
    return [Notice(code=Code.EVENT_UNSTAGED, where="movements", message=words)]


def _missing(name: str) -> ScoringError:
    remedies = {
        "movements": "Give a table of movements; a scoring file needs limb movement annotations.",
        "hypnogram": "Give the stages with --hypnogram: a table, one letter per epoch, or EDF+.",
        "respiratory": "Give a table with onset_s and duration_s, if need be with no row.",
        "arousals": "Give a table with onset_s and duration_s, if need be with no row.",
    }
    is_stages = name == "hypnogram"
    return ScoringError(
        "No sleep stage was given." if is_stages else "The file holds none of these events.",
        code=Code.NO_STAGES if is_stages else Code.NO_EVENTS,
        where=name,
        remedy=remedies[name],
    )
