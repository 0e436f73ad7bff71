"""What comes with a short burst and never with myoclonus: the chin, a faster heart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import merge
from pipeline.legs.burst_detection import select, span_s
from pipeline.legs.bursts import Bursts
from pipeline.legs.chin import ChinTrace, chin_bursts, chin_trace
from pipeline.legs.evidence import EegSign, EvidenceParameters, eeg_signs
from pipeline.legs.heart import rate_rises_bpm
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.legs.leg import Leg
from pipeline.legs.leg_leads import LegLeads
from pipeline.recording import Lead

_Key = TypeVar("_Key", float, tuple[float, float])
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, kw_only=True, eq=False)
class Witnesses:
    """What can tell of a body movement besides the legs; None where the study has it not.

    Each moment is looked at once: the other settings of the detector mostly ask about the same.

    Attributes
    ----------
    arousals
        Onset and end in seconds, shape (n, 2).
    r_waves_s
        R waves in seconds.
    """

    chin: ChinTrace | None
    eeg: Lead | None
    arousals: NDArray[np.float64] | None
    r_waves_s: NDArray[np.float64] | None
    evidence: EvidenceParameters
    heart: HeartParameters
    _chins: dict[tuple[float, float], bool] = field(default_factory=dict)
    _signs: dict[float, EegSign | None] = field(default_factory=dict)
    _rises: dict[float, float | None] = field(default_factory=dict)

    def has_chin(self, spans_s: NDArray[np.float64]) -> list[bool] | list[None]:
        """Tell for each span, shape (n, 2), whether the chin bursts with it."""
        chin = self.chin
        if chin is None:
            return [None] * len(spans_s)
        keys = [(start, stop) for start, stop in spans_s.tolist()]
        return _recalled(
            self._chins, keys, lambda k: chin_bursts(np.array(k), chin, self.evidence).tolist()
        )

    def eeg_signs(self, onsets_s: NDArray[np.float64]) -> list[EegSign | None]:
        """Give what the EEG shows around each onset."""
        return _recalled(
            self._signs,
            onsets_s.tolist(),
            lambda k: eeg_signs(np.array(k), self.eeg, self.arousals, self.evidence),
        )

    def rate_rises_bpm(self, onsets_s: NDArray[np.float64]) -> list[float | None]:
        """Give how much faster the heart is after each onset."""
        beats_s = self.r_waves_s
        if beats_s is None:
            return [None] * len(onsets_s)
        return _recalled(
            self._rises,
            onsets_s.tolist(),
            lambda k: rate_rises_bpm(np.array(k), beats_s, self.heart),
        )


def _recalled(
    seen: dict[_Key, _Answer],
    keys: Sequence[_Key],
    look: Callable[[list[_Key]], Iterable[_Answer]],
) -> list[_Answer]:
    new = [key for key in dict.fromkeys(keys) if key not in seen]
    if new:
        seen.update(zip(new, look(new), strict=True))
    return [seen[key] for key in keys]


def witnesses(
    leads: LegLeads,
    legs: Sequence[Leg],
    arousals: NDArray[np.float64] | None,
    r_waves_s: NDArray[np.float64] | None,
    parameters: tuple[EvidenceParameters, HeartParameters],
) -> Witnesses:
    """Give the witnesses of all that the legs did, in any setting of the detector."""
    evidence, heart = parameters
    chin = leads.chin
    return Witnesses(
        chin=None if chin is None else chin_trace(chin, _activity(legs), evidence),
        eeg=leads.eeg,
        arousals=arousals,
        r_waves_s=r_waves_s,
        evidence=evidence,
        heart=heart,
    )


def _activity(legs: Sequence[Leg]) -> NDArray[np.float64]:
    found = [(leg.bursts, leg.movements) for leg in legs]
    found += [(other.bursts, other.movements) for leg in legs for other in leg.others]
    spans = [span for bursts, movements in found for span in (span_s(bursts), movements.span_s)]
    return merge(np.concatenate([np.empty((0, 2)), *spans]))


def accompanied(bursts: Bursts, around: Witnesses, longest_s: float) -> NDArray[np.bool_]:
    """Tell for each burst whether chin or heart moved with it, shape (n_bursts,).

    A burst of over `longest_s` is not looked at, and False. Neither a vertex wave nor a K-complex
    is such a sign, which come several times a minute by themselves, nor an arousal: where bursts
    recur, one is always near.
    """
    is_short = bursts.offset_s - bursts.onset_s <= longest_s
    spans = span_s(select(bursts, is_short))
    rises = around.rate_rises_bpm(spans[:, 0])
    clear_bpm = around.heart.clear_rise_bpm
    everywhere = np.zeros(len(bursts), dtype=np.bool_)
    everywhere[is_short] = [
        bool(has_chin) or (rise is not None and rise >= clear_bpm)
        for has_chin, rise in zip(around.has_chin(spans), rises, strict=True)
    ]
    return everywhere
