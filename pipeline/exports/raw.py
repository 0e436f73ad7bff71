"""The recording of a published night as MNE-Python takes it, with the night's annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import mne
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from pipeline.codes import Code
from pipeline.config import NightParameters
from pipeline.errors import ResultError
from pipeline.exchange.mne_annotations import to_annotations
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight
from pipeline.montage import MontageParameters
from pipeline.provenance import sha256_file
from pipeline.reading import read_study
from pipeline.recording import Lead
from pipeline.roles import Role
from pipeline.study import Study

_MICROVOLTS_PER_VOLT = 1e6
_LARGEST_DENOMINATOR = 100_000  # rates are told to hundredths of a hertz
_TYPES = {
    Role.ECG: "ecg",
    Role.CHIN: "emg",
    **dict.fromkeys((Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED), "emg"),
    **dict.fromkeys((Role.EOG_LEFT, Role.EOG_RIGHT, Role.EOG_SINGLE), "eog"),
}  # all others are EEG


def to_raw(
    recording: Path,
    night: ScoredNight,
    parameters: ExchangeParameters,
    manifest: Mapping[str, Any],
) -> mne.io.RawArray:
    """Give the leads that were analysed, in volts, with the night's annotations.

    The leads are read and derived as for the scoring, by the settings that it was made with, and
    the file must be the one that was scored, byte for byte. MNE knows one sampling rate: a lead
    of a lower rate is raised to the highest. No date and no name is set. Where only a part of the
    recording was scored, that part is given.

    Raises
    ------
    ResultError
        RECORDING_OTHER: the file is not the one that was scored.
    HypnicError
        It cannot be read.
    """
    if sha256_file(recording) != manifest["input"]["sha256"]:
        raise _other()
    study = _study(recording, manifest["settings"])
    raw = _raw(study)
    segment = study.recording.segment
    annotations = to_annotations(
        night,
        parameters,
        channels=raw.ch_names,
        earlier_s=0.0 if segment is None else segment.start_s,
    )
    raw.set_annotations(annotations, emit_warning=False)
    return raw


def _study(recording: Path, settings: Mapping[str, Any]) -> Study:
    montage = MontageParameters.model_validate_json(json.dumps(settings["montage"]))
    night = NightParameters.model_validate_json(json.dumps(settings["night"]))
    return read_study(recording, None, montage, wants_longest=night.gaps == "longest")


def _raw(study: Study) -> mne.io.RawArray:
    leads = {lead.label: lead for role in Role if (lead := study.lead(role)) is not None}
    rate_hz = max(lead.rate_hz for lead in leads.values())
    rows = [_volts(lead, rate_hz) for lead in leads.values()]
    n_samples = min(map(len, rows))
    info = mne.create_info(
        list(leads), rate_hz, [_TYPES.get(Role(lead.role), "eeg") for lead in leads.values()]
    )
    return mne.io.RawArray(np.stack([row[:n_samples] for row in rows]), info, verbose="error")


def _volts(lead: Lead, rate_hz: float) -> NDArray[np.float64]:
    volts = lead.microvolts / _MICROVOLTS_PER_VOLT
    if lead.rate_hz == rate_hz:
        return volts
    ratio = Fraction(rate_hz / lead.rate_hz).limit_denominator(_LARGEST_DENOMINATOR)
    # polyphase, for a transform of the padded record would move the samples by milliseconds
    raised: NDArray[np.float64] = resample_poly(
        volts, ratio.numerator, ratio.denominator, padtype="line"
    )
    return raised


def _other() -> ResultError:
    return ResultError(
        "The recording is not the one that the night was scored from.",
        code=Code.RECORDING_OTHER,
        found="another SHA-256 of its content",
        remedy="Give the recording as it was when it was scored, or score this one.",
    )
