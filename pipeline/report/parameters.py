"""How much the report shows; nothing here changes a result."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class ReportParameters(Parameters):
    """What the night's page shows and at what size."""

    identified: bool = Field(
        default=False,
        description="name the study's file and its start with date in the report, and nowhere "
        "else; each such report is logged; source: this project, results hold no identity unless "
        "somebody asks for it",
    )
    max_closeups: int = Field(
        40,
        ge=0,
        description="close-ups on the page, borderline ones first; how many are left out is said "
        "there; source: this project, about 40 kB of page each",
    )
    max_notices_per_code: int = Field(
        6,
        ge=1,
        description="notices of one code that are spelled out, the rest is counted; "
        "source: this project, night.json holds all of them",
    )
    max_descents: int = Field(
        120,
        ge=0,
        description="descents that are drawn, in the night's order; how many are left out is said "
        "there; source: this project, more than a night of sleep has unless it is all in pieces",
    )
    closeup_columns: int = Field(
        720,
        ge=100,
        le=2000,
        description="columns a close-up's trace is thinned to, each kept as its minimum and "
        "maximum so that no burst is lost; source: this project, one per pixel of the picture",
    )
    envelope_top_uv: float = Field(
        1000.0,
        gt=1.0,
        description="upper end of the legs' logarithmic overview, in microvolts; source: this "
        "project, larger values are drawn at the edge",
    )
    low_z: float = Field(
        6.0,
        gt=0.0,
        description="robust z under which a sleep start's close-up is marked as borderline; "
        "source: this project, no published limit exists",
    )
