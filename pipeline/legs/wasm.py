"""Periodic leg movements by WASM 2016: rule set ``WASM_2016``, literal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import Hypnogram
from pipeline.legs.movement import Movement, merge_same_leg, span_s
from pipeline.legs.scored import ScoredMovement, end_s, spans, touches
from pipeline.parameters import Parameters

RULE_SET = "WASM_2016"


class WasmParameters(Parameters):
    """Thresholds of WASM 2016 (Ferri et al., Sleep Med 2016, doi 10.1016/j.sleep.2016.10.010)."""

    merge_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="LMs of one leg under this apart (offset to onset) are one; WASM",
    )
    shortest_lm_s: float = Field(
        default=0.5, gt=0.0, description="shortest LM of one leg; WASM 2016"
    )
    longest_clm_s: float = Field(
        default=10.0, gt=0.0, description="longest CLM of one leg; WASM 2016"
    )
    longest_bilateral_s: float = Field(
        default=15.0, gt=0.0, description="longest bilateral CLM; WASM 2016"
    )
    most_parts: int = Field(default=4, ge=2, description="most parts of a bilateral CLM; WASM 2016")
    bilateral_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="LMs under this apart (offset to onset) are one LM; WASM 2016",
    )
    shortest_imi_s: float = Field(
        default=10.0,
        ge=0.0,
        description="shortest onset to onset in a series; under it ends; WASM 2016",
    )
    longest_imi_s: float = Field(
        default=90.0,
        gt=0.0,
        description="longest onset to onset in a series; over it ends; WASM 2016",
    )
    shortest_series: int = Field(default=4, ge=1, description="fewest CLMs of a series; WASM 2016")
    respiratory_from_s: float = Field(
        default=-2.0,
        description="respiratory window, start from the END of the event; Manconi 2015, "
        "doi 10.5665/sleep.4418",
    )
    respiratory_to_s: float = Field(
        default=10.25,
        description="respiratory window, stop from the END of the event; Manconi 2015, "
        "doi 10.5665/sleep.4418",
    )
    arousal_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="an arousal at most this away from a movement, in either order, belongs to "
        "it; Ferri 2015, doi 10.5665/sleep.4740",
    )


HALF_SECOND = WasmParameters(respiratory_from_s=-0.5, respiratory_to_s=0.5)
"""WASM 2016 with its older respiratory window, 0.5 s either side of the END of the event."""


def score_wasm(
    movements: Iterable[Movement],
    hypnogram: Hypnogram,
    respiratory: NDArray[np.float64] | None,
    arousals: NDArray[np.float64] | None,
    parameters: WasmParameters,
) -> tuple[ScoredMovement, ...]:
    """Give the leg movements of both legs as WASM 2016 judges them, sorted by onset.

    Parameters
    ----------
    movements
        Unilateral movements of any length, in any order.
    respiratory, arousals
        Events in seconds from the start of the record, shapes (n, 2) and (m, 2). None where
        they were not scored: then nothing is said about them.

    Notes
    -----
    Where the paper leaves a choice, the answer of PLMScoRe 0.1.3 is taken; event by event and
    index by index the result is that of PLMScoRe on 24 random nights, with both windows.

    - One leg first: merge, then drop what is under 0.5 s, then combine the legs. A short twitch
      can so lengthen a neighbour on its own leg, but never bridges two movements.
    - The gap to combine runs from the latest end of the whole group. Gaps of exactly 0.5 s
      separate; 0.5, 10 and 15 s are lengths of a CLM, 10 and 90 s are IMIs of a series.
    - The limit of 15 s is for bilateral movements, the one of 10 s for every single part.
    - `imi_s` is the onset minus that of the movement before. It is None for the first movement,
      for a non-CLM, and for the movement after a non-CLM; it is kept when it is under 10 s or
      over 90 s.
    - A CLM that ends a series by a short or long IMI is the first of the next series. A non-CLM
      belongs to none.
    - A movement is respiratory-related when it touches the window, ends included, over its
      whole combined length. Without respiratory ones (`is_plm_nr`) only the CLMs among them are
      taken out, and the IMI runs across the gap: that makes new series as well as fewer. A
      respiratory-related non-CLM stays and ends the series.
    - An arousal exactly 0.5 s away belongs to the movement.
    - The stage is that of the epoch that holds the onset. Series run across stages and wake.
    - Times are compared to the microsecond and never put on a sampling grid.

    Deviations
    ----------
    - The criterion of shape (0.5 s with a median of rest + 2 uV) needs the signal and is applied
      where movements are found.
    - The paper's arousal rule says under 0.5 s, PLMScoRe and this function at most 0.5 s.

    References
    ----------
    Ferri R. et al., Sleep Medicine 2016, 26, 86-95, doi 10.1016/j.sleep.2016.10.010.
    Fulda S., PLMScoRe 0.1.3, doi 10.5281/zenodo.3903318.
    """
    groups = _combine_legs(movements, parameters)
    is_clm = [_is_clm(parts, parameters) for parts in groups]
    is_respiratory = _is_respiratory(spans(groups), respiratory, parameters)
    has_arousal = _has_arousal(spans(groups), arousals, parameters)
    onsets_s = [parts[0].onset_s for parts in groups]
    imis_s, series = _series(onsets_s, is_clm, range(len(groups)), parameters)
    kept = [i for i in range(len(groups)) if not (is_clm[i] and is_respiratory[i])]
    imis_nr_s, series_nr = _series(onsets_s, is_clm, kept, parameters)
    is_nr_known = [respiratory is not None and i in series_nr for i in range(len(groups))]
    return tuple(
        ScoredMovement(
            parts=parts,
            stage=hypnogram.stage_at(parts[0].onset_s),
            is_clm=is_clm[i],
            is_plm=series[i] is not None,
            is_plm_nr=(series_nr[i] is not None) if is_nr_known[i] else None,
            is_respiratory=is_respiratory[i],
            has_arousal=has_arousal[i],
            imi_s=imis_s[i],
            imi_nr_s=imis_nr_s[i] if is_nr_known[i] else None,
            series=series[i],
            series_nr=series_nr[i] if is_nr_known[i] else None,
        )
        for i, parts in enumerate(groups)
    )


def _combine_legs(
    movements: Iterable[Movement], parameters: WasmParameters
) -> list[tuple[Movement, ...]]:
    groups: list[tuple[Movement, ...]] = []
    for movement in merge_same_leg(movements, parameters.merge_gap_s):
        if movement.duration_s < parameters.shortest_lm_s:
            continue
        if groups and span_s(end_s(groups[-1]), movement.onset_s) < parameters.bilateral_gap_s:
            groups[-1] = (*groups[-1], movement)
        else:
            groups.append((movement,))
    return groups


def _is_clm(parts: tuple[Movement, ...], parameters: WasmParameters) -> bool:
    duration_s = span_s(parts[0].onset_s, end_s(parts))
    return (
        all(part.duration_s <= parameters.longest_clm_s for part in parts)
        and len(parts) <= parameters.most_parts
        and (len(parts) == 1 or duration_s <= parameters.longest_bilateral_s)
    )


def _is_respiratory(
    movements: NDArray[np.float64], events: NDArray[np.float64] | None, parameters: WasmParameters
) -> list[bool | None]:
    if events is None:
        return [None] * len(movements)
    window = np.array([parameters.respiratory_from_s, parameters.respiratory_to_s])
    return [bool(x) for x in touches(movements, events.reshape(-1, 2)[:, 1:] + window)]


def _has_arousal(
    movements: NDArray[np.float64], arousals: NDArray[np.float64] | None, parameters: WasmParameters
) -> list[bool | None]:
    if arousals is None:
        return [None] * len(movements)
    margin = np.array([-parameters.arousal_gap_s, parameters.arousal_gap_s])
    return [bool(x) for x in touches(movements, arousals.reshape(-1, 2) + margin)]


def _series(
    onsets_s: Sequence[float],
    is_clm: Sequence[bool],
    kept: Sequence[int],
    parameters: WasmParameters,
) -> tuple[dict[int, float | None], dict[int, int | None]]:
    """Give IMI and series number of each kept movement, by its index."""
    imis_s: dict[int, float | None] = dict.fromkeys(kept)
    runs: list[list[int]] = []
    previous: int | None = None
    for i in kept:
        if is_clm[i] and previous is not None and is_clm[previous]:
            imis_s[i] = span_s(onsets_s[previous], onsets_s[i])
        if is_clm[i]:
            _extend(runs, i, imis_s[i], parameters)
        previous = i
    long_enough = [run for run in runs if len(run) >= parameters.shortest_series]
    numbers: dict[int, int | None] = dict.fromkeys(kept)
    numbers.update({i: n for n, run in enumerate(long_enough, start=1) for i in run})
    return imis_s, numbers


def _extend(runs: list[list[int]], i: int, imi_s: float | None, parameters: WasmParameters) -> None:
    if imi_s is not None and parameters.shortest_imi_s <= imi_s <= parameters.longest_imi_s:
        runs[-1].append(i)
    else:
        runs.append([i])
