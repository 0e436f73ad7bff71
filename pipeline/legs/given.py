"""Leg movements that someone else scored, judged by a rule set: arrays in, facts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.legs.aasm import AasmParameters, score_aasm
from pipeline.legs.indices import IndexName, LegIndex, Scope, leg_index, periodicity_index
from pipeline.legs.movement import Movement
from pipeline.legs.scored import ScoredMovement
from pipeline.legs.wasm import HALF_SECOND, WasmParameters, score_wasm

_MINUTES = 60.0
_NEEDS_RESPIRATORY = frozenset(
    {IndexName.CLM_R, IndexName.CLM_NR, IndexName.PLM_NR, IndexName.PLM_NR_A}
)
_NEEDS_AROUSALS = frozenset({IndexName.PLM_A, IndexName.PLM_NR_A})
UNILATERAL = (Side.LEFT, Side.RIGHT, Side.UNKNOWN)


class RuleSet(StrEnum):
    """Rule sets by name and version."""

    AASM_V3 = "AASM_v3"
    WASM_2016 = "WASM_2016"
    WASM_2016_HALF_SECOND = "WASM_2016_half_second"


@dataclass(frozen=True, kw_only=True, eq=False)
class LegScore:
    """What one rule set makes of a night's movements.

    Attributes
    ----------
    movements
        After merging, sorted by onset.
    indices
        Count and rate of each kind of movement in each part of the night.
    periodicity, periodicity_nr
        Periodicity index of each part, over all and without respiratory-related movements; None
        where the part has no time or no CLM, or respiratory events were not scored.
    """

    rule_set: RuleSet
    movements: tuple[ScoredMovement, ...]
    indices: Mapping[tuple[IndexName, Scope], LegIndex]
    periodicity: Mapping[Scope, float | None]
    periodicity_nr: Mapping[Scope, float | None]


def score_given(
    movements_s: NDArray[np.float64],
    sides: Sequence[Side],
    hypnogram: Hypnogram,
    rule_set: RuleSet,
    *,
    respiratory_s: NDArray[np.float64] | None = None,
    arousals_s: NDArray[np.float64] | None = None,
) -> LegScore:
    """Give the movements and the indices of a night by one rule set.

    Parameters
    ----------
    movements_s
        Onset and end of each movement of one leg, in seconds from the start of the record, in
        any order, shape (n, 2).
    sides
        The leg of each: left, right, or unknown where one lead holds both.
    rule_set
        `WASM_2016_HALF_SECOND` is WASM 2016 with its older respiratory window, 0.5 s either
        side of the END of the event.
    respiratory_s, arousals_s
        Onset and end of each event in seconds, shape (m, 2). None: not scored, and nothing is
        said about them; an empty array: scored, and there were none.

    Raises
    ------
    ScoringError
        ``TABLE_CELL``: a time is not finite, an end lies before its onset, or a side is not that
        of one leg.

    Notes
    -----
    Every staged epoch counts as time that could be scored: a table of movements does not say
    when a leg could not be seen.

    Deviations
    ----------
    The criterion of shape of WASM 2016 needs the signal and is not applied.

    References
    ----------
    See `pipeline.legs.aasm.score_aasm` and `pipeline.legs.wasm.score_wasm`.
    """
    spans = _checked(movements_s, "movements")
    respiratory = None if respiratory_s is None else _checked(respiratory_s, "respiratory events")
    arousals = None if arousals_s is None else _checked(arousals_s, "arousals")
    movements = [
        Movement(onset_s=float(start), offset_s=float(stop), side=_checked_side(side, row))
        for row, ((start, stop), side) in enumerate(zip(spans, sides, strict=True), start=1)
    ]
    scored = _scored(movements, hypnogram, respiratory, arousals, rule_set)
    unknown = _NEEDS_RESPIRATORY if respiratory is None else frozenset()
    unknown |= _NEEDS_AROUSALS if arousals is None else frozenset()
    return _summed(scored, hypnogram, rule_set, unknown)


def _scored(
    movements: list[Movement],
    hypnogram: Hypnogram,
    respiratory: NDArray[np.float64] | None,
    arousals: NDArray[np.float64] | None,
    rule_set: RuleSet,
) -> tuple[ScoredMovement, ...]:
    if rule_set is RuleSet.AASM_V3:
        return score_aasm(movements, hypnogram, respiratory, arousals, AasmParameters())
    is_half = rule_set is RuleSet.WASM_2016_HALF_SECOND
    parameters = HALF_SECOND if is_half else WasmParameters()
    return score_wasm(movements, hypnogram, respiratory, arousals, parameters)


def _summed(
    scored: tuple[ScoredMovement, ...],
    hypnogram: Hypnogram,
    rule_set: RuleSet,
    unknown: frozenset[IndexName],
) -> LegScore:
    hours: dict[Stage, float] = {s: hypnogram.minutes(s) / _MINUTES for s in SCORED}
    plain, without = (
        {s: periodicity_index(scored, s, hours, is_respiratory_removed=is_removed) for s in Scope}
        for is_removed in (False, True)
    )
    absent = LegIndex(n=None, per_hour=None)
    return LegScore(
        rule_set=rule_set,
        movements=scored,
        indices={
            (name, scope): absent if name in unknown else leg_index(scored, name, scope, hours)
            for name in IndexName
            for scope in Scope
        },
        periodicity=plain,
        periodicity_nr=without,
    )


def _checked(spans_s: NDArray[np.float64], what: str) -> NDArray[np.float64]:
    spans = np.asarray(spans_s, dtype=np.float64).reshape(-1, 2)
    is_good = np.isfinite(spans).all(axis=1) & (spans[:, 1] >= spans[:, 0])
    if not is_good.all():
        row = int(np.flatnonzero(~is_good)[0])
        raise ScoringError(
            "An event has no onset or end, or ends before it begins.",
            code=Code.TABLE_CELL,
            where=f"{what}, row {row + 1}",
            found=f"{spans[row, 0]:g} to {spans[row, 1]:g} s",
            remedy="Give finite seconds from the start of the record, each end after its onset.",
        )
    return spans


def _checked_side(side: Side, row: int) -> Side:
    if side in UNILATERAL:
        return Side(side)
    raise ScoringError(
        "A movement is not that of one leg.",
        code=Code.TABLE_CELL,
        where=f"movements, row {row}",
        remedy="Give one row per leg; allowed are left, right and unknown.",
    )
