"""What Prefect's page asks for: typed, with help and limits, and never a path.

Prefect checks these before a run exists; what looks like a path is refused there, because paths
hold names of persons and every parameter is kept in the server's database. Prefect takes the help
of a flow's own parameters from a docstring with "Args:".
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.site import PLACE_PATTERN

PlaceName = Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
StudyKey = Annotated[str, StringConstraints(pattern="^(s[0-9a-f]{15})?$")]
ColumnName = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")]
Reference = Annotated[str, StringConstraints(pattern="^b[0-9a-f]{16}$")]
_MOST_JOBS = 256
_MOST_STUDIES = 100_000


class _Form(BaseModel):
    """A group of fields of a flow's form; a refused value is not repeated in the refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ScoringForm(_Form):
    """How studies are scored; what is left empty comes from the place's settings."""

    jobs: int | None = Field(
        None,
        ge=1,
        le=_MOST_JOBS,
        title="Studies at a time",
        description="Empty: run.jobs of the settings, and without that as many as cores and "
        "memory allow.",
    )
    stage_source: Literal["technician", "auto"] | None = Field(
        None,
        title="Stages to count by",
        description="technician: a scoring wins where there is one. auto: stages from the "
        "signals. Empty: night.stage_source of the settings.",
    )


class FolderForm(ScoringForm):
    """How a folder is scored."""

    most_studies: int = Field(
        _MOST_STUDIES,
        ge=1,
        le=_MOST_STUDIES,
        title="Most studies",
        description="Of a larger folder, the first so many in the order of their names.",
    )


class SpreadForm(ScoringForm):
    """How a folder is shared out among workers."""

    studies_per_run: int = Field(
        20,
        ge=1,
        le=1000,
        title="Studies per run",
        description="A run costs some seconds to begin, and what a dead worker had begun is begun "
        "anew by another: 20 keeps both small.",
    )
    runs_at_a_time: int = Field(
        16,
        ge=1,
        le=_MOST_JOBS,
        title="Runs at a time",
        description="Runs that are handed in at once; more than there are workers wait there.",
    )


class InboxForm(ScoringForm):
    """How an inbox is looked through."""

    most_studies: int | None = Field(
        None,
        ge=1,
        le=_MOST_STUDIES,
        title="Most studies of one look",
        description="The others come at the next look. Empty: inbox.most_studies of the site.",
    )


class CohortForm(_Form):
    """What a cohort report says beside the usual."""

    columns: tuple[ColumnName, ...] = Field(
        (),
        max_length=20,
        title="Further columns",
        description="Columns of the participants table to compare by, beside the known ones. "
        "Their values are written out in the report.",
    )
    is_identified: bool = Field(
        default=False,
        title="Write participant ids as given",
        description="Else persons are pseudonyms, the same at every use on this site. The choice "
        "is logged.",
    )
