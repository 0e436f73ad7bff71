"""The night as annotations of MNE-Python."""

from __future__ import annotations

from collections.abc import Collection

import mne

from pipeline.exchange import edf_texts
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight

_LINK = "@@"  # EDF+ 2.2.4


def to_annotations(
    night: ScoredNight,
    parameters: ExchangeParameters,
    *,
    channels: Collection[str] | None = None,
    earlier_s: float = 0.0,
) -> mne.Annotations:
    """Give what the EDF+ file holds as MNE reads it together with the recording.

    Onsets are in seconds from the start of the recording, and no date is set. The signal of
    ``text@@signal`` stands in `ch_names`.

    Parameters
    ----------
    channels
        Only these are named in `ch_names`, for MNE refuses others; None: all.
    earlier_s
        Taken from each onset.
    """
    rows = edf_texts.to_annotations(night, parameters)
    cut = [row.text.partition(_LINK) for row in rows]
    named = [
        (signal,) if signal and (channels is None or signal in channels) else ()
        for _, _, signal in cut
    ]
    return mne.Annotations(
        onset=[row.onset_s - earlier_s for row in rows],
        duration=[row.duration_s or 0.0 for row in rows],
        description=[text for text, _, _ in cut],
        orig_time=None,
        ch_names=named,
    )
