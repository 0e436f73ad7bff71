"""Counts and indices of leg movements per stage, under the names of PLMScoRe."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.hypnogram import SCORED, SLEEP, Stage
from pipeline.legs.scored import ScoredMovement

_PERCENT = 100


class Scope(StrEnum):
    """Which part of the night an index is over."""

    TIB = "TIB"
    TST = "TST"
    WAKE = "Wake"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    REM = "REM"
    NREM = "NREM"


STAGES: Mapping[Scope, tuple[Stage, ...]] = {
    Scope.TIB: SCORED,
    Scope.TST: SLEEP,
    Scope.WAKE: (Stage.W,),
    Scope.N1: (Stage.N1,),
    Scope.N2: (Stage.N2,),
    Scope.N3: (Stage.N3,),
    Scope.REM: (Stage.R,),
    Scope.NREM: (Stage.N1, Stage.N2, Stage.N3),
}
"""Stages of each scope. Time in bed is its scored part: what has no stage is in no scope."""


class IndexName(StrEnum):
    """What is counted; suffix r respiratory-related, nr with those removed, a with arousal."""

    CLM = "CLM"
    CLM_R = "CLMr"
    CLM_NR = "CLMnr"
    PLM = "PLM"
    PLM_A = "PLMa"
    PLM_NR = "PLMnr"
    PLM_NR_A = "PLMnr_a"
    NON_CLM = "nonCLM"


@dataclass(frozen=True, kw_only=True)
class LegIndex:
    """How many, and how many an hour.

    Attributes
    ----------
    n
        None where the scope has no time, or where what is asked was not scored.
    per_hour
        None likewise.
    """

    n: int | None
    per_hour: float | None


def leg_index(
    scored: Iterable[ScoredMovement], name: IndexName, scope: Scope, hours: Mapping[Stage, float]
) -> LegIndex:
    """Give count and rate of one kind of movement in one part of the night.

    Parameters
    ----------
    hours
        Hours of each stage that could be scored. A stage that is missing here has no time.

    Notes
    -----
    A movement counts in the stage of its onset. One movement for which the answer is not known
    makes count and rate None: not scored is never 0.
    """
    total_hours = _hours(scope, hours)
    if not total_hours:
        return LegIndex(n=None, per_hour=None)
    n = _count(_within(scored, scope, hours), _JUDGES[name])
    return LegIndex(n=n, per_hour=None if n is None else n / total_hours)


def periodicity_index(
    scored: Iterable[ScoredMovement],
    scope: Scope,
    hours: Mapping[Stage, float],
    *,
    is_respiratory_removed: bool,
) -> float | None:
    """Give the share of CLMs that are PLMs, from 0 to 1, rounded half up to two places.

    None where the scope has no time or no CLM, or where what is asked was not scored. With
    `is_respiratory_removed` it is the share of CLMs that are not respiratory-related.

    Deviations
    ----------
    - Ferri 2006 (doi 10.1093/sleep/29.6.759) counts intervals of 10 to 90 s that stand in a row
      of at least three, over all intervals. PLMScoRe, and this function, count movements.
    """
    of, among = (
        (IndexName.PLM_NR, IndexName.CLM_NR)
        if is_respiratory_removed
        else (IndexName.PLM, IndexName.CLM)
    )
    movements = _within(scored, scope, hours)
    n_plm, n_clm = _count(movements, _JUDGES[of]), _count(movements, _JUDGES[among])
    if not _hours(scope, hours) or n_plm is None or not n_clm:
        return None
    return math.floor(n_plm / n_clm * _PERCENT + 0.5) / _PERCENT


def _hours(scope: Scope, hours: Mapping[Stage, float]) -> float:
    return sum(hours.get(stage, 0.0) for stage in STAGES[scope])


def _within(
    scored: Iterable[ScoredMovement], scope: Scope, hours: Mapping[Stage, float]
) -> list[ScoredMovement]:
    stages = [stage for stage in STAGES[scope] if hours.get(stage, 0.0) > 0.0]
    return [movement for movement in scored if movement.stage in stages]


def _count(movements: Sequence[ScoredMovement], judge: _Judge) -> int | None:
    answers = [judge(movement) for movement in movements]
    return None if None in answers else sum(map(bool, answers))


def _is_clm_r(movement: ScoredMovement) -> bool | None:
    return movement.is_respiratory if movement.is_clm else False


def _is_clm_nr(movement: ScoredMovement) -> bool | None:
    """Say None only for a CLM of which nobody knows whether it is respiratory-related."""
    is_removed = _is_clm_r(movement)
    return None if is_removed is None else movement.is_clm and not is_removed


def _is_plm_a(movement: ScoredMovement) -> bool | None:
    return movement.has_arousal if movement.is_plm else movement.is_plm


def _is_plm_nr(movement: ScoredMovement) -> bool | None:
    """Say no for a movement that is itself removed as respiratory-related."""
    return False if movement.is_respiratory else movement.is_plm_nr


def _is_plm_nr_a(movement: ScoredMovement) -> bool | None:
    is_plm_nr = _is_plm_nr(movement)
    return movement.has_arousal if is_plm_nr else is_plm_nr


_Judge = Callable[[ScoredMovement], bool | None]
_JUDGES: Mapping[IndexName, _Judge] = {
    IndexName.CLM: lambda m: m.is_clm,
    IndexName.CLM_R: _is_clm_r,
    IndexName.CLM_NR: _is_clm_nr,
    IndexName.PLM: lambda m: m.is_plm,
    IndexName.PLM_A: _is_plm_a,
    IndexName.PLM_NR: _is_plm_nr,
    IndexName.PLM_NR_A: _is_plm_nr_a,
    IndexName.NON_CLM: lambda m: not m.is_clm,
}
