"""Gathers for each candidate what the legs and the other leads say, and judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, Reason
from pipeline.hypnogram import Hypnogram
from pipeline.intervals import merge, overlaps
from pipeline.legs.artefacts import Cause, merged
from pipeline.legs.burst_detection import span_s
from pipeline.legs.candidates import Candidate, side_of
from pipeline.legs.companions import Witnesses
from pipeline.legs.evidence import EegSign
from pipeline.legs.leg import Leg
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.legs.sleep_starts import (
    Evidence,
    are_drowsy,
    gaps_s,
    judge,
    to_event,
)

_ARTEFACTS = (Cause.POP, Cause.SWAY)


@dataclass(frozen=True, kw_only=True, eq=False)
class Surroundings:
    """What the night holds besides the legs' bursts.

    Attributes
    ----------
    series, movements
        Leg movements of PLM series, and all of at least 0.5 s, in seconds, shape (n, 2).
    respiratory
        In seconds, shape (n, 2); None where not scored.
    """

    hypnogram: Hypnogram | None
    series: NDArray[np.float64]
    movements: NDArray[np.float64]
    respiratory: NDArray[np.float64] | None
    witnesses: Witnesses


def judged(
    candidates: tuple[Candidate, ...],
    legs: tuple[Leg, ...],
    around: Surroundings,
    parameters: SleepStartParameters,
    *,
    with_refused: bool,
) -> tuple[Event, ...]:
    """Give one event per candidate, accepted with a grade or, if wanted, refused with a reason.

    A burst of over 0.5 s within a movement is that movement, and no candidate.
    """
    events = []
    for evidence in weigh(candidates, legs, around, parameters, with_refused=with_refused):
        verdict = judge(evidence, parameters)
        if isinstance(verdict, Reason) and not with_refused:
            continue
        candidate = evidence.candidate
        channel = legs[candidate.legs[0]].condition.label if len(candidate.legs) == 1 else None
        events.append(to_event(evidence, verdict, side_of(candidate, legs), channel))
    return tuple(events)


def weigh(
    candidates: tuple[Candidate, ...],
    legs: tuple[Leg, ...],
    around: Surroundings,
    parameters: SleepStartParameters,
    *,
    with_refused: bool,
) -> tuple[Evidence, ...]:
    """Give the evidence of each candidate that is not a movement.

    Parameters
    ----------
    with_refused
        False: candidates that are refused whatever else may be said of them (those near a
        movement, or of a train) may be missing.
    """
    spans = np.array([c.span_s for c in candidates], dtype=np.float64).reshape(-1, 2)
    lm_gap = gaps_s(spans, merge(around.movements))
    is_long = np.array([c.longest_s for c in candidates]) > parameters.max_burst_s
    is_kept = ~(is_long & (lm_gap <= 0.0))
    if not with_refused:
        is_free = np.array([c.kind is None for c in candidates], dtype=np.bool_)
        is_kept &= is_free & (lm_gap >= parameters.near_lm_s)
    kept = np.flatnonzero(is_kept)
    isolation = _isolation(spans, legs, around)[kept].tolist()
    lm_gap, spans = lm_gap[kept], spans[kept]
    left = tuple(candidates[row] for row in kept)
    is_artefact, is_unscorable = _spoiled(left, spans, legs)
    respiratory = _respiratory(spans, around, parameters)
    in_series = gaps_s(spans, merge(around.series)) < parameters.near_lm_s
    chin, eeg, rises = _signs(spans, around.witnesses)
    drowsy = are_drowsy(spans[:, 0], around.hypnogram, parameters)
    is_slow = [leg.condition.is_below_aasm_minimum for leg in legs]
    return tuple(
        Evidence(
            candidate=candidate,
            is_artefact=bool(is_artefact[row]),
            is_unscorable=bool(is_unscorable[row]),
            is_in_series=bool(in_series[row]),
            lm_gap_s=float(lm_gap[row]),
            is_respiratory=bool(respiratory[row]),
            is_below_aasm_minimum=all(is_slow[leg] for leg in candidate.legs),
            is_one_lead=len(legs) == 1,
            isolation_s=isolation[row],
            has_chin=chin[row],
            eeg_sign=eeg[row],
            heart_rate_rise_bpm=rises[row],
            is_drowsy=drowsy[row],
        )
        for row, candidate in enumerate(left)
    )


def _signs(
    spans: NDArray[np.float64], around: Witnesses
) -> tuple[Sequence[bool | None], Sequence[EegSign | None], Sequence[float | None]]:
    onsets_s = spans[:, 0]
    return around.has_chin(spans), around.eeg_signs(onsets_s), around.rate_rises_bpm(onsets_s)


def _spoiled(
    candidates: tuple[Candidate, ...], spans: NDArray[np.float64], legs: tuple[Leg, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether any leg of each candidate is within the short reach of bad signal."""
    reach = np.array([-1.0, 1.0]) * 0.05  # two RMS windows: a burst cut off by bad signal
    bad = np.zeros((2, len(spans)), dtype=np.bool_)
    for number, leg in enumerate(legs):
        mine = np.array([number in c.legs for c in candidates], dtype=np.bool_)
        for row, wanted in enumerate((True, False)):
            found = merged(s for s in leg.stretches if (s.cause in _ARTEFACTS) is wanted)
            bad[row] |= mine & overlaps(spans + reach, found)
    return bad[0], bad[1]


def _respiratory(
    spans: NDArray[np.float64], around: Surroundings, parameters: SleepStartParameters
) -> NDArray[np.bool_]:
    if around.respiratory is None:
        return np.zeros(len(spans), dtype=np.bool_)
    margin = np.array([-1.0, 1.0]) * parameters.respiratory_margin_s
    return overlaps(spans, around.respiratory + margin)


def _isolation(
    spans: NDArray[np.float64],
    legs: tuple[Leg, ...],
    around: Surroundings,
) -> NDArray[np.float64]:
    """Seconds to the nearest leg activity that is not the candidate itself."""
    bursts = [span_s(leg.bursts) for leg in legs]
    everything = merge(np.concatenate([*bursts, around.movements, spans]))
    if not len(everything):
        return np.full(len(spans), np.inf)
    mine = np.searchsorted(everything[:, 0], spans[:, 0], side="right") - 1
    ends = np.concatenate(([-np.inf], everything[:, 1]))[mine]
    starts = np.concatenate((everything[:, 0], [np.inf]))[mine + 1]
    gap = np.minimum(everything[mine, 0] - ends, starts - everything[mine, 1])
    return np.asarray(gap, dtype=np.float64)
