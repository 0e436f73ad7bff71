"""Periodic limb movements in sleep by the AASM manual: rule set ``AASM_v3``, literal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import Side
from pipeline.hypnogram import SLEEP, Hypnogram, Stage
from pipeline.intervals import overlaps, runs
from pipeline.legs.movement import Movement, merge_same_leg, span_s
from pipeline.legs.scored import ScoredMovement, near, spans, touches
from pipeline.parameters import Parameters

RULE_SET = "AASM_v3"


class AasmParameters(Parameters):
    """Thresholds of the AASM manual, version 3, chapter VII (movement rules)."""

    merge_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="LMs of one leg under this apart (offset to onset) are one, since the end of "
        "an LM is the start of 0.5 s of rest; AASM manual v3, VII.1",
    )
    shortest_lm_s: float = Field(
        default=0.5, gt=0.0, description="shortest LM; AASM manual v3, VII.1"
    )
    longest_lm_s: float = Field(
        default=10.0, gt=0.0, description="longest LM, per leg; AASM manual v3, VII.1"
    )
    bilateral_onsets_s: float = Field(
        default=5.0,
        ge=0.0,
        description="LMs of both legs whose onsets are under this apart are one LM; AASM manual "
        "v3, VII.1",
    )
    shortest_imi_s: float = Field(
        default=5.0,
        ge=0.0,
        description="shortest onset to onset in a series; an LM under it is passed over; AASM "
        "manual v3, VII.1",
    )
    longest_imi_s: float = Field(
        default=90.0,
        gt=0.0,
        description="longest onset to onset in a series; over it the series ends; AASM manual "
        "v3, VII.1",
    )
    shortest_series: int = Field(
        default=4, ge=1, description="fewest LMs of a series; AASM manual v3, VII.1"
    )
    breaking_wake_s: float = Field(
        default=90.0,
        gt=0.0,
        description="unbroken wake of at least this between two LMs ends the series; AASM manual "
        "v3, VII.1 notes [unverified: a scorer should confirm it]",
    )
    respiratory_margin_s: float = Field(
        default=0.5,
        ge=0.0,
        description="LMs from this before the start to this after the end of an apnoea, "
        "hypopnoea or RERA are not scored; AASM manual v3, VII.1",
    )
    arousal_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="an arousal that overlaps, or lies under this away in either order, belongs "
        "to the LM; AASM manual v3, VII.1",
    )


def score_aasm(
    movements: Iterable[Movement],
    hypnogram: Hypnogram,
    respiratory: NDArray[np.float64] | None,
    arousals: NDArray[np.float64] | None,
    parameters: AasmParameters,
) -> tuple[ScoredMovement, ...]:
    """Give the leg movements of both legs as the AASM manual judges them, sorted by onset.

    Parameters
    ----------
    movements
        Unilateral movements of any length, in any order.
    respiratory, arousals
        Events in seconds from the start of the record, shapes (n, 2) and (m, 2). None where
        they were not scored: then nothing is said about them, and no LM is left out for them.

    Notes
    -----
    How the wording is read, where it leaves a choice [unverified: a scorer should confirm it]:

    - 0.5 to 10 s is asked of each leg's movement. What is longer is in the result with `is_clm`
      False, is never combined with the other leg, and neither ends nor feeds a series.
    - Combining starts at the first LM not yet used and takes all whose onsets are under 5 s
      after it, if both legs are among them. A long volley is so cut every 5 s and not chained.
      On a lead that holds both legs (side unknown) nothing is combined.
    - Onset to onset runs from the last LM that was counted. One under 5 s later is passed over:
      the next interval is measured across it. `imi_s` of such an LM is that short interval.
    - LMs in wake are passed over too. A stretch of wake under 90 s so changes nothing.
    - LMs that touch the respiratory window are in the result, marked, and passed over. Hence
      `is_plm` is already without them and `is_plm_nr` repeats it where they were scored.
    - In an epoch without a stage nobody knows whether an LM was in sleep: it is passed over and
      `is_plm` is None.
    - 0.5 and 10 s, 5 and 90 s belong to the rule. Onsets 5 s apart are two LMs; an arousal 0.5 s
      away is not linked; the ends of the respiratory window belong to it.
    - Times are compared to the microsecond.

    References
    ----------
    AASM manual for the scoring of sleep and associated events, version 3, chapter VII.
    Tables in PMC9619152.
    """
    groups = _combine_legs(movements, parameters)
    stages = [hypnogram.stage_at(parts[0].onset_s) for parts in groups]
    is_lm = [_is_lm(parts[0], parameters) for parts in groups]
    is_respiratory = _is_respiratory(spans(groups), respiratory, parameters)
    has_arousal = _has_arousal(spans(groups), arousals, parameters)
    counted = [
        i for i in range(len(groups)) if is_lm[i] and stages[i] in SLEEP and not is_respiratory[i]
    ]
    is_unknown = [
        is_lm[i] and stages[i] < Stage.W and not is_respiratory[i] for i in range(len(groups))
    ]
    series = _series(
        {i: groups[i][0].onset_s for i in counted},
        _long_wake(hypnogram, parameters.breaking_wake_s),
        parameters,
    )
    return tuple(
        _with_removal(
            ScoredMovement(
                parts=parts,
                stage=stages[i],
                is_clm=is_lm[i],
                is_plm=None if is_unknown[i] else i in series.numbers,
                is_respiratory=is_respiratory[i],
                has_arousal=has_arousal[i],
                imi_s=series.imis_s.get(i),
                series=series.numbers.get(i),
            )
        )
        for i, parts in enumerate(groups)
    )


def _with_removal(movement: ScoredMovement) -> ScoredMovement:
    """Say of a movement that was not removed that it is the same once the others are."""
    if movement.is_respiratory is None or (movement.is_clm and movement.is_respiratory):
        return movement
    return replace(
        movement,
        is_plm_nr=movement.is_plm,
        imi_nr_s=movement.imi_s,
        series_nr=movement.series,
    )


def _is_lm(movement: Movement, parameters: AasmParameters) -> bool:
    return movement.duration_s <= parameters.longest_lm_s


def _combine_legs(
    movements: Iterable[Movement], parameters: AasmParameters
) -> list[tuple[Movement, ...]]:
    merged = merge_same_leg(movements, parameters.merge_gap_s)
    kept = [m for m in merged if m.duration_s >= parameters.shortest_lm_s]
    groups = [(m,) for m in kept if not _is_lm(m, parameters)]
    waiting = [m for m in kept if _is_lm(m, parameters)]
    joined: list[tuple[Movement, ...]] = []
    first = 0
    while first < len(waiting):
        n = _n_joined(waiting[first:], parameters.bilateral_onsets_s)
        joined.append(tuple(waiting[first : first + n]))
        first += n
    return sorted([*groups, *joined], key=lambda parts: parts[0].onset_s)


def _n_joined(waiting: Sequence[Movement], within_s: float) -> int:
    """Give how many of the first movements are one LM."""
    n = 1
    while n < len(waiting) and span_s(waiting[0].onset_s, waiting[n].onset_s) < within_s:
        n += 1
    sides = {movement.side for movement in waiting[:n]}
    return n if {Side.LEFT, Side.RIGHT} <= sides else 1


def _is_respiratory(
    movements: NDArray[np.float64], events: NDArray[np.float64] | None, parameters: AasmParameters
) -> list[bool | None]:
    if events is None:
        return [None] * len(movements)
    margin = np.array([-parameters.respiratory_margin_s, parameters.respiratory_margin_s])
    return [bool(x) for x in touches(movements, events.reshape(-1, 2) + margin)]


def _has_arousal(
    movements: NDArray[np.float64], arousals: NDArray[np.float64] | None, parameters: AasmParameters
) -> list[bool | None]:
    if arousals is None:
        return [None] * len(movements)
    return [bool(x) for x in near(movements, arousals.reshape(-1, 2), parameters.arousal_gap_s)]


def _long_wake(hypnogram: Hypnogram, shortest_s: float) -> NDArray[np.float64]:
    """Give unbroken wake of at least `shortest_s`, in seconds, shape (n, 2)."""
    epochs = runs(hypnogram.stages == Stage.W).astype(np.float64)
    is_long = (epochs[:, 1] - epochs[:, 0]) * hypnogram.epoch_s >= shortest_s
    wake: NDArray[np.float64] = hypnogram.offset_s + hypnogram.epoch_s * epochs[is_long]
    return wake


@dataclass(frozen=True, kw_only=True)
class _Series:
    """IMI and series number of the movements that were counted, by index."""

    imis_s: dict[int, float]
    numbers: dict[int, int]


def _series(
    onsets_s: dict[int, float], long_wake: NDArray[np.float64], parameters: AasmParameters
) -> _Series:
    imis_s: dict[int, float] = {}
    chains: list[list[int]] = []
    for i, onset_s in onsets_s.items():
        if not chains:
            chains.append([i])
            continue
        last_s = onsets_s[chains[-1][-1]]
        imis_s[i] = span_s(last_s, onset_s)
        if imis_s[i] < parameters.shortest_imi_s:
            continue
        is_broken = bool(overlaps(np.array([[last_s, onset_s]]), long_wake)[0])
        if is_broken or imis_s[i] > parameters.longest_imi_s:
            chains.append([i])
        else:
            chains[-1].append(i)
    valid = [chain for chain in chains if len(chain) >= parameters.shortest_series]
    numbers = {i: n for n, chain in enumerate(valid, start=1) for i in chain}
    return _Series(imis_s=imis_s, numbers=numbers)
