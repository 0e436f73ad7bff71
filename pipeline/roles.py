"""The nouns of a montage: roles, channel facts, derivations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.notices import Notice


class Role(StrEnum):
    """What a lead is used as."""

    LEG_LEFT = "leg_left"
    LEG_RIGHT = "leg_right"
    LEG_COMBINED = "leg_combined"
    CHIN = "chin"
    EOG_LEFT = "eog_left"
    EOG_RIGHT = "eog_right"
    EOG_SINGLE = "eog_single"
    EEG_C3 = "eeg_c3"
    EEG_C4 = "eeg_c4"
    EEG_F3 = "eeg_f3"
    EEG_F4 = "eeg_f4"
    EEG_O1 = "eeg_o1"
    EEG_O2 = "eeg_o2"
    ECG = "ecg"


@dataclass(frozen=True, kw_only=True)
class ChannelFacts:
    """What the header says of one channel; all that the montage decides by.

    Attributes
    ----------
    index
        Place in the file's header, from 0.
    scale_uv
        Microvolts per header unit; None where the unit is not a voltage or not known.
    """

    index: int
    label: str
    rate_hz: float
    unit: str
    scale_uv: float | None


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """How a role's lead is made: one channel, or one channel less another.

    Attributes
    ----------
    positive, negative
        Channel indices; `negative` is None for a channel used as it is.
    label
        The channel's label, or ``"C4-M1"``.
    """

    role: Role
    label: str
    positive: int
    negative: int | None = None


@dataclass(frozen=True, kw_only=True)
class Montage:
    """A study's derivation for each role it can serve, and what was doubtful."""

    derivations: tuple[Derivation, ...]
    notices: tuple[Notice, ...] = ()

    def get(self, role: Role) -> Derivation | None:
        """Give the derivation of the role, or None."""
        return next((d for d in self.derivations if d.role is role), None)
