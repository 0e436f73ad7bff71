"""The person-period table: one row per epoch of N1 at risk of N2.

The grid is the epoch, and not a finer one: what ends a row is a stage, and stages exist only per
epoch. Finer rows would add rows in which nothing can happen by construction. What may bring the
end about is looked up in continuous time, before the moment at which the epoch ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.cohort.night import CohortNight, NightDescent, PersonNight
from pipeline.cohort.parameters import HazardParameters
from pipeline.descents import Outcome
from pipeline.hypnogram import SLEEP, TOLERANCE_S, Stage
from pipeline.tagging import TaggingParameters

_MINUTE_S = 60.0


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonPeriods:
    """Rows of epochs at risk; every array has shape (n_rows,).

    Attributes
    ----------
    person, night
        Number of the person and of the night, from 0.
    elapsed_min
        Minutes from the start of the descent to the end of the epoch.
    is_n2, is_wake
        Whether confirmed N2, or wake, follows the epoch.
    has_jerk, has_earlier_jerk
        A jerk in the 60 s before the end of the epoch, and in the 60 s that lie 120 s earlier.
    has_arousal_first
        An arousal in those 60 s that did not follow a jerk; NaN where arousals were not scored.
    has_movement
        A periodic or respiratory-related leg movement in those 60 s.
    cycle
        Number of the sleep cycle, from 1.
    """

    person: NDArray[np.int64]
    night: NDArray[np.int64]
    elapsed_min: NDArray[np.float64]
    is_n2: NDArray[np.float64]
    is_wake: NDArray[np.float64]
    has_jerk: NDArray[np.float64]
    has_earlier_jerk: NDArray[np.float64]
    has_arousal_first: NDArray[np.float64]
    has_movement: NDArray[np.float64]
    cycle: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.person)

    def only(self, is_kept: NDArray[np.bool_]) -> PersonPeriods:
        """Give the rows that are kept."""
        return PersonPeriods(**{f.name: getattr(self, f.name)[is_kept] for f in fields(self)})


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The table, and what could not come into it.

    Attributes
    ----------
    persons
        The persons by their number in the table.
    n_unscorable
        Epochs of N1 that were left out because too little of them could be scored on any leg.
    n_nights_without_legs
        Nights in which no leg could be scored.
    share_n2
        Share of the descents through N1 that end in confirmed N2; None without descents.
    """

    rows: PersonPeriods
    persons: tuple[str, ...]
    n_unscorable: int
    n_nights_without_legs: int
    share_n2: float | None


def person_periods(
    nights: Sequence[PersonNight], parameters: HazardParameters, tagging: TaggingParameters
) -> Periods:
    """Give one row per epoch of N1 in a descent.

    Notes
    -----
    - A row ends in N2, wake or R when that follows at once; all other rows are censored at their
      end: more N1, a lone epoch of N2, an unscored epoch, the end of the record. Each cause has a
      hazard of its own, in which the others are censored.
    - A lone epoch of N2 is no time at risk. A descent without N1 has no row.
    - Jerks count whatever their stage, those of the wake just before the descent too.
    - An arousal is left out when it follows a jerk, as `tagging` has it (over 0.5 s to 3 s
      after): it is a link of the chain, not another cause. One at the same time counts.
    """
    persons = tuple(dict.fromkeys(each.person for each in nights))
    number = {person: place for place, person in enumerate(persons)}
    parts: list[PersonPeriods] = []
    n_unscorable = 0
    for place, each in enumerate(nights):
        if each.night.jerks_s is None or each.night.scorable_s is None:
            continue
        rows, is_scorable = _night_rows(
            each.night, (number[each.person], place), parameters, tagging
        )
        parts.append(rows.only(is_scorable))
        n_unscorable += int((~is_scorable).sum())
    endings = [d.outcome for each in nights for d in _through_n1(each.night)]
    return Periods(
        rows=_joined(parts),
        persons=persons,
        n_unscorable=n_unscorable,
        n_nights_without_legs=len(nights) - len(parts),
        share_n2=endings.count(Outcome.N2) / len(endings) if endings else None,
    )


def _through_n1(night: CohortNight) -> list[NightDescent]:
    stages = night.hypnogram.stages
    return [d for d in night.descents if (stages[_epochs(night, d)] == Stage.N1).any()]


def _night_rows(
    night: CohortNight,
    who: tuple[int, int],
    parameters: HazardParameters,
    tagging: TaggingParameters,
) -> tuple[PersonPeriods, NDArray[np.bool_]]:
    """Give the night's rows, and which of them could be scored."""
    parts = [_descent_rows(night, d, parameters) for d in night.descents]
    epochs, started_s, outcomes, cycles = (
        np.concatenate(column) if parts else np.empty(0, np.int64)
        for column in (zip(*parts, strict=True) if parts else ([],) * 4)
    )
    ends_s = night.hypnogram.onsets_s[epochs] + night.hypnogram.epoch_s
    jerks_s = night.jerks_s if night.jerks_s is not None else np.empty(0)
    back_s = (parameters.window_s, 0.0)
    earlier_s = (parameters.window_s + parameters.control_s, parameters.control_s)
    arousals_s = _not_after_jerks(night.arousals_s, jerks_s, tagging)
    rows = PersonPeriods(
        person=np.full(len(epochs), who[0], np.int64),
        night=np.full(len(epochs), who[1], np.int64),
        elapsed_min=(ends_s - started_s) / _MINUTE_S,
        is_n2=(outcomes == _CODES[Outcome.N2]).astype(np.float64),
        is_wake=(outcomes == _CODES[Outcome.WAKE]).astype(np.float64),
        has_jerk=_any_within(jerks_s, ends_s, back_s),
        has_earlier_jerk=_any_within(jerks_s, ends_s, earlier_s),
        has_arousal_first=np.full(len(epochs), np.nan)
        if arousals_s is None
        else _any_within(arousals_s, ends_s, back_s),
        has_movement=_any_within(night.movements_s, ends_s, back_s),
        cycle=cycles.astype(np.float64),
    )
    return rows, _is_scorable(night, epochs, parameters.least_scorable_share)


_CODES = {outcome: code for code, outcome in enumerate(Outcome, 1)}  # 0: the row just ends


def _descent_rows(
    night: CohortNight, descent: NightDescent, parameters: HazardParameters
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Give epochs at risk, start of the descent, outcome and cycle, one value per row each."""
    every = _epochs(night, descent)
    epochs = every[night.hypnogram.stages[every] == Stage.N1]
    ends_s = night.hypnogram.onsets_s[epochs] + night.hypnogram.epoch_s
    is_last = np.abs(ends_s - descent.end_s) < TOLERANCE_S
    is_event = is_last & (descent.outcome is not Outcome.END)
    return (
        epochs,
        np.full(len(epochs), descent.start_s),
        np.where(is_event, _CODES[descent.outcome], 0),
        np.full(len(epochs), _cycle(night, descent.start_s, parameters), np.int64),
    )


def _epochs(night: CohortNight, descent: NightDescent) -> NDArray[np.int64]:
    onsets_s = night.hypnogram.onsets_s
    first = int(np.searchsorted(onsets_s, descent.start_s + TOLERANCE_S, side="right")) - 1
    stop = int(np.searchsorted(onsets_s, descent.end_s - TOLERANCE_S))
    return np.arange(max(first, 0), stop)


def _cycle(night: CohortNight, time_s: float, parameters: HazardParameters) -> int:
    """Give the number of the cycle: one more than the periods of R that ended before.

    Sleep without R for long enough ends a period of R (Feinberg and Floyd 1979, without their
    least length of R).
    """
    hypnogram = night.hypnogram
    done = hypnogram.stages[hypnogram.onsets_s < time_s]
    sleep = done[np.isin(done, SLEEP)]
    periods = intervals.runs(sleep == Stage.R)
    between = (periods[1:, 0] - periods[:-1, 1]).astype(np.float64)
    least = parameters.cycle_sleep_min * _MINUTE_S / hypnogram.epoch_s
    return 1 + (1 + int((between >= least).sum()) if len(periods) else 0)


def _any_within(
    times_s: NDArray[np.float64], ends_s: NDArray[np.float64], back_s: tuple[float, float]
) -> NDArray[np.float64]:
    """Tell for each end whether a time lies from `back_s[0]` to `back_s[1]` before it."""
    first, stop = (np.searchsorted(times_s, ends_s - back - TOLERANCE_S) for back in back_s)
    return (stop > first).astype(np.float64)


def _not_after_jerks(
    arousals_s: NDArray[np.float64] | None,
    jerks_s: NDArray[np.float64],
    tagging: TaggingParameters,
) -> NDArray[np.float64] | None:
    if arousals_s is None:
        return None
    first = np.searchsorted(jerks_s, arousals_s - tagging.arousal_after_s)
    stop = np.searchsorted(jerks_s, arousals_s - tagging.simultaneous_s)
    kept: NDArray[np.float64] = arousals_s[stop <= first]
    return kept


def _is_scorable(
    night: CohortNight, epochs: NDArray[np.int64], least_share: float
) -> NDArray[np.bool_]:
    if night.scorable_s is None:
        return np.zeros(len(epochs), np.bool_)
    before = np.maximum(epochs - 1, 0)
    seconds = np.minimum(night.scorable_s[epochs], night.scorable_s[before])
    is_enough: NDArray[np.bool_] = seconds >= least_share * night.hypnogram.epoch_s
    return is_enough


def _joined(parts: Sequence[PersonPeriods]) -> PersonPeriods:
    columns = {
        f.name: np.concatenate([np.empty(0), *(getattr(part, f.name) for part in parts)])
        for f in fields(PersonPeriods)
    }
    for name in ("person", "night"):
        columns[name] = columns[name].astype(np.int64)
    return PersonPeriods(**columns)
