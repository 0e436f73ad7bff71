"""How a night is named in the formats of other programs."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from pipeline.parameters import Parameters

HYPNIC_JERK: Final = "Hypnic jerk"
LIMB_MOVEMENT: Final = "Limb movement"


class ExchangeParameters(Parameters):
    """Choices for EDF+ annotations, NSRR XML and MNE."""

    jerk_text: Literal["Hypnic jerk", "Limb movement"] = Field(
        HYPNIC_JERK,
        description="what a hypnic jerk is called in EDF+ annotations and NSRR XML, neither of "
        "which has a term for it; Limb movement: the standard text, for programs that show no "
        "other; source: EDF+ standard texts, edfplus.info",
    )
