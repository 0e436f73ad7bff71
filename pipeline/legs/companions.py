"""What comes with a short burst and never with myoclonus: the chin, a faster heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.burst_detection import select, span_s
from pipeline.legs.bursts import Bursts
from pipeline.legs.evidence import EvidenceParameters, chin_bursts
from pipeline.legs.heart import HeartParameters, rate_rise_bpm
from pipeline.recording import Lead


@dataclass(frozen=True, kw_only=True, eq=False)
class Witnesses:
    """What can tell of a body movement besides the legs; None where the study has it not.

    Attributes
    ----------
    r_waves_s
        R waves in seconds.
    """

    chin: Lead | None
    r_waves_s: NDArray[np.float64] | None


def accompanied(
    bursts: Bursts,
    witnesses: Witnesses,
    longest_s: float,
    parameters: tuple[EvidenceParameters, HeartParameters],
) -> NDArray[np.bool_]:
    """Tell for each burst whether chin or heart moved with it, shape (n_bursts,).

    A burst of over `longest_s` is not looked at, and False. Neither a vertex wave nor a K-complex
    is such a sign, which come several times a minute by themselves, nor an arousal: where bursts
    recur, one is always near.
    """
    evidence, heart = parameters
    is_short = bursts.offset_s - bursts.onset_s <= longest_s
    spans = span_s(select(bursts, is_short))
    found = np.zeros(len(spans), dtype=np.bool_)
    if witnesses.chin is not None:
        found |= chin_bursts(spans[:, 0], spans[:, 1], witnesses.chin, evidence)
    found |= _has_rise(spans[:, 0], witnesses.r_waves_s, heart)
    everywhere = np.zeros(len(bursts), dtype=np.bool_)
    everywhere[is_short] = found
    return everywhere


def _has_rise(
    onsets_s: NDArray[np.float64], r_waves_s: NDArray[np.float64] | None, heart: HeartParameters
) -> NDArray[np.bool_]:
    if r_waves_s is None:
        return np.zeros(len(onsets_s), dtype=np.bool_)
    rises = [rate_rise_bpm(float(onset_s), r_waves_s, heart) for onset_s in onsets_s]
    return np.array([r is not None and r >= heart.clear_rise_bpm for r in rises], dtype=np.bool_)
