"""What a scoring file does not say of itself, and the lab must."""

from __future__ import annotations

from pydantic import Field, field_validator

from pipeline.formats.lab_terms import Term
from pipeline.parameters import Parameters

_SHORTEST_S = 1.0


class ScoringParameters(Parameters):
    """How scoring files are read where the file itself leaves it open."""

    scheme: str = Field(
        "",
        description="coding of the stages in lists of bare numbers, such as yasa or profusion; "
        "blank: such lists are refused, for 4 is N3 to one program and R to another, and the "
        "refusal names every scheme; source: the program that wrote the list",
    )
    hypnogram_signal: str = Field(
        "",
        description="label of the signal that holds the stages, such as Hypnogram, in the study or "
        "in its scoring where that is an EDF; scheme says what its numbers mean (edf: 0 W, 1 to 4, "
        "5 R, 6 movement); blank: no stage is read from a signal; source: EDF+ specification, "
        "hypnogram as a signal",
    )
    terms: dict[str, Term] = Field(
        {},
        description="words of your own in scoring files and what they stand for, such as "
        '{ "Beinbewegung links" = "limb_movement:left" }; capitals and blanks do not matter; '
        "a word here wins over the format's own meaning; source: the lab",
    )
    epoch_s: float = Field(
        0.0,
        ge=0.0,
        le=120.0,
        description="length of an epoch in lists that hold one stage a line and no time, at least "
        "1 s; 0: as the list states it, and where it states none 30 s, which is told; source: AASM "
        "manual, technical rules",
    )
    start_offset_s: float = Field(
        0.0,
        ge=-86_400.0,
        le=86_400.0,
        description="seconds from the record's start to the first stage of such a list; source: "
        "lists without times begin with the record",
    )
    sample_rate_hz: float = Field(
        0.0,
        ge=0.0,
        description="samples per second of the record that a WFDB annotation file counts in; 0: "
        "read from the header (.hea) beside it, and refused where there is none; source: WFDB "
        "manual, header(5)",
    )

    @field_validator("epoch_s")
    @classmethod
    def _is_an_epoch(cls, epoch_s: float) -> float:
        if 0.0 < epoch_s < _SHORTEST_S:
            raise ValueError(f"an epoch lasts {_SHORTEST_S:g} s at least; 0 leaves it to the file")
        return epoch_s


AS_WRITTEN = ScoringParameters()
"""Nothing is known of the file but what it says itself."""
