"""Which labels serve as which lead: the alias table, as data.

Keys are values of `pipeline.montage.Role`, and ``leg_ask`` for labels that only a site rule can
place. Labels are compared after `pipeline.montage.normalise`, as whole keys.

References
----------
EDF+ standard texts; NSRR harmonised labels and translator tables; Luna canonical labels; channel
tables of CAISR, psg-utils and nsrr-data; the headers of CAP, MrOS, CHAT, CCSHS, CFS, WSC, SOF,
STAGES, PSG-IPA, HMC and DOMINO exports. Not confirmed by a file: LTA, RTA, L/R Ant Tib,
Left/Right Tibialis.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

Pair = tuple[str, str]

_CONTRALATERAL = {"C3": "2", "C4": "1", "F3": "2", "F4": "1", "O1": "2", "O2": "1"}  # AASM montage
_REFERENCES = ("M", "A")  # mastoid, in today's and in the older name


def _eeg(site: str) -> tuple[str, ...]:
    """Give the recorded derivations of one site against the other side's mastoid."""
    names = [f"{site}-{kind}{_CONTRALATERAL[site]}" for kind in _REFERENCES]
    return tuple(names + [f"EEG {name}" for name in names])


def _spellings(electrode: str, kind: str) -> tuple[str, ...]:
    """Give the labels of one electrode recorded by itself, against the amplifier's reference."""
    names = (electrode, f"{electrode}-Ref")
    return names + tuple(f"{kind} {name}" for name in names)


def _pairs(electrodes: tuple[str, ...], references: tuple[str, ...], kind: str) -> tuple[Pair, ...]:
    return tuple(
        (first, second)
        for reference in references
        for electrode in electrodes
        for first in _spellings(electrode, kind)
        for second in (*_spellings(reference, kind), *_spellings(reference, "EEG"))
    )


RECORDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "leg_left": (
            *("LAT", "EMG LAT", "L Leg", "LLeg", "Leg L", "Left Leg", "EMG Left Leg", "EMG Leg L"),
            *("LEG(L)", "Leg/L", "L. Leg", "Leg Left", "EMG LLeg", "EMG_TIB_L", "Tib-L", "Tib L"),
            *("L Tib", "TIB Sx", "tib sin", "SX1-SX2", "PLM l", "PLMl.", "wPLMl", "PLM Left"),
            *("emg tibant l", "bein l", "bein li", "jambe g", "Jambe gauche", "LAT1-LAT2"),
            *("EMG_LAT1-LAT2", "LLEG+-LLEG-", "LLeg1-LLeg2", "L-LEG1-L-LEG2"),
            *("LEFT LEG1-LEFT LEG2", "LAT-U-LAT-L", "L Ant Tib", "Left Tibialis", "LTA"),
            *("Leg EMG Left", "L Tibialis", "gnd-leg l"),
        ),
        "leg_right": (
            *("RAT", "EMG RAT", "R Leg", "RLeg", "Leg R", "Right Leg", "EMG Right Leg"),
            *("EMG Leg R", "LEG(R)", "Leg/R", "R. Leg", "Leg Right", "EMG RLeg", "EMG_TIB_R"),
            *("Tib-R", "Tib R", "R Tib", "TIB Dx", "tib dx", "DX1-DX2", "PLM r", "PLMr."),
            *("wPLMr", "PLM Right", "emg tibant r", "bein r", "bein re", "jambe d"),
            *("Jambe droite", "RAT1-RAT2", "EMG_RAT1-RAT2", "RLEG+-RLEG-", "RLeg1-RLeg2"),
            *("R-LEG1-R-LEG2", "RIGHT LEG1-RIGHT LEG2", "RAT-U-RAT-L", "R Ant Tib"),
            *("Right Tibialis", "RTA", "Leg EMG Right", "R Tibialis", "gnd-leg r"),
        ),
        "leg_combined": (
            *("Leg", "LEGS", "L/RAT", "EMG-LEG", "LEG_EMG", "EMG LEG", "EMG LLEG-RLEG"),
            *("LLEG-RLEG", "LLEG1-RLEG1", "LLEG1-RLEG2", "Leg EMG"),
        ),
        "leg_ask": (
            *("Leg 1", "Leg 2", "Leg_1", "Leg1", "Leg2", "EMG2", "EMG3", "PLM", "Tib", "EMG Tib"),
            *("X1", "X2", "X3", "X4", "X16", "X17"),
        ),
        "chin": (
            *("EMG", "EMG Chin", "Chin", "Chin EMG", "EMG submental", "EMG.subm", "submental"),
            *("Chin1-Chin2", "Chin 1-Chin 2", "Chin1-Chin3", "Chin3-Chin2", "L Chin-R Chin"),
            *("LChin-RChin", "EMG1-EMG2", "EMG1-EMG3", "ChinL-ChinR", "EMG_Chin1-Chin2"),
            *("EMG Chin1-Chin2", "EMG Ment"),
        ),
        "eog_left": (
            *("E1-M2", "LOC-A2", "EOG(L)", "EOG L", "EOGl", "L-EOG", "EOG-L", "E1_(LEOG)"),
            *("EOG sin", "EOG Left", "EOG E1-M2", "EOG LOC-A2", "EOG1", "E1-A2", "LOC-M2"),
            "Left EOG",
        ),
        "eog_right": (
            *("E2-M2", "E2-M1", "ROC-A1", "ROC-A2", "EOG(R)", "EOG R", "EOGr", "R-EOG", "EOG-R"),
            *("E2_(REOG)", "EOG dx", "EOG Right", "EOG E2-M2", "EOG E2-M1", "EOG ROC-A2"),
            *("EOG ROC-A1", "EOG2", "ROC-M1", "ROC-M2", "E2-A1", "E2-A2", "Right EOG"),
        ),
        "eog_single": ("EOG horizontal", "ROC-LOC", "LOC-ROC", "EOG", "E1-E2", "E2-E1"),
        **{f"eeg_{site.lower()}": _eeg(site) for site in _CONTRALATERAL},
        "ecg": (
            *("ECG", "EKG", "ECG II", "EKG II", "ECG mod II"),  # AASM: modified lead II
            *("ECG1-ECG2", "EKG1-EKG2", "ECG 1-ECG 2", "ECGL-ECGR", "ECG L-ECG R", "ECG LA-RA"),
        ),
    }
)
"""Labels of channels that are whole leads."""

SINGLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "eog_left": ("E1", "LOC", "EOG E1", "EOG LOC"),
        "eog_right": ("E2", "ROC", "EOG E2", "EOG ROC"),
        "ecg": ("ECG I", "EKG I", "ECG V2"),
    }
)
"""Second choices: single electrodes and other leads, where nothing better is there."""

PAIRS: Mapping[str, tuple[tuple[Pair, ...], ...]] = MappingProxyType(
    {
        "leg_left": (
            (
                *(("LLeg1", "LLeg2"), ("LEFT LEG1", "LEFT LEG2"), ("LAT1", "LAT2")),
                *(("LAT-U", "LAT-L"), ("LLEG+", "LLEG-"), ("L-LEG1", "L-LEG2"), ("SX1", "SX2")),
            ),
        ),
        "leg_right": (
            (
                *(("RLeg1", "RLeg2"), ("RIGHT LEG1", "RIGHT LEG2"), ("RAT1", "RAT2")),
                *(("RAT-U", "RAT-L"), ("RLEG+", "RLEG-"), ("R-LEG1", "R-LEG2"), ("DX1", "DX2")),
            ),
        ),
        "chin": (
            (
                *(("LChin", "RChin"), ("L Chin", "R Chin"), ("Chin1", "Chin2")),
                *(("ChinL", "ChinR"), ("L_Chin", "R_Chin")),
            ),
        ),
        "ecg": ((("ECG1", "ECG2"), ("EKG1", "EKG2"), ("ECGL", "ECGR"), ("ECG L", "ECG R")),),
        "eog_left": tuple(_pairs(("E1", "LOC"), (ref,), "EOG") for ref in ("M2", "A2", "M1", "A1")),
        "eog_right": tuple(
            _pairs(("E2", "ROC"), (ref,), "EOG") for ref in ("M2", "A2", "M1", "A1")
        ),
        **{
            f"eeg_{site.lower()}": tuple(
                _pairs((site,), (f"{kind}{side}",), "EEG") for kind in _REFERENCES
            )
            for site, side in _CONTRALATERAL.items()
        },
    }
)
"""Electrodes to subtract, first less second, in groups; an earlier group is preferred."""


def normalise(label: str) -> str:
    """Give the key by which labels are compared, always as a whole.

    NFKC, case folded, trailing points off; ``+`` behind a word becomes ``pos`` and a final ``-``
    becomes ``neg``, so that LLEG+, LLEG- and LLEG stay three; all else but letters and digits
    goes.
    """
    folded = unicodedata.normalize("NFKC", label).casefold().strip().rstrip(".").rstrip()
    signed = re.sub(r"-$", "neg", re.sub(r"(?<=\w)\+", "pos", folded))
    return re.sub(r"[^a-z0-9]", "", signed)


def may_be_leg(key: str) -> bool:
    """Whether the key may stand for a leg in one lab and for something else in another."""
    return key in _ASK_KEYS or _ASK_NUMBERED.fullmatch(key) is not None


def ranks(role: str) -> list[list[tuple[str, ...]]]:
    """Give the role's keys by rank, the best first; one key is a channel, two are to subtract."""
    return _RANKS.get(role, [])


def _ranks(role: str) -> list[list[tuple[str, ...]]]:
    whole: list[tuple[str, ...]] = [(normalise(label),) for label in RECORDED.get(role, ())]
    pairs: list[list[tuple[str, ...]]] = [
        [(normalise(a), normalise(b)) for a, b in group] for group in PAIRS.get(role, ())
    ]
    single: list[tuple[str, ...]] = [(normalise(label),) for label in SINGLE.get(role, ())]
    return [list(dict.fromkeys(rank)) for rank in (whole, *pairs, single) if rank]


ASK = "leg_ask"
_RANKS: Mapping[str, list[list[tuple[str, ...]]]] = MappingProxyType(
    {role: _ranks(role) for role in {*RECORDED, *PAIRS, *SINGLE} - {ASK}}
)
_ASK_KEYS = frozenset(normalise(label) for label in RECORDED[ASK])
_ASK_NUMBERED = re.compile(r"(x|dc)\d{1,2}")  # free inputs of an amplifier
ALL_KEYS = frozenset(
    key for ranked in _RANKS.values() for rank in ranked for keys in rank for key in keys
)
