"""A cohort from result folders and a participants table to tables and a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline import provenance, references
from pipeline.codes import Code
from pipeline.cohort import Cohort, analyse_cohort
from pipeline.cohort_files import PAGE, write_cohort
from pipeline.cohort_reading import read_cohort
from pipeline.errors import SettingsError
from pipeline.named_paths import make_folder, require
from pipeline.notices import Notice
from pipeline.participants import Participants, read_participants
from pipeline.report.words import counted
from pipeline.settings import Settings, load
from pipeline.site import read_site

__all__ = [
    "PAGE",
    "CohortRequest",
    "prepare",
    "recall_request",
    "remember_request",
    "report_cohort",
    "request_at",
]


@dataclass(frozen=True, kw_only=True)
class CohortRequest:
    """Which nights make a cohort, and where its tables go.

    Attributes
    ----------
    results
        The folder that was given with ``--out`` when the nights were scored.
    participants
        The participants table.
    out
        Folder of the tables and the page.
    config
        TOML file with the settings that differ from the default.
    columns
        Covariates beside the known ones.
    is_identified
        Whether participants are called as in the table; else by a keyed pseudonym.
    """

    results: Path
    participants: Path
    out: Path
    config: Path | None = None
    columns: tuple[str, ...] = ()
    is_identified: bool = False


def prepare(request: CohortRequest) -> None:
    """Refuse paths that nothing is at and settings that cannot be used; make the output folder.

    Raises
    ------
    SettingsError
        A path or a setting is wrong.
    """
    for path in (request.results, request.participants):
        require(path)
    load(request.config)
    make_folder(request.out)


def report_cohort(request: CohortRequest, *, on_night: Callable[[], None] = lambda: None) -> Cohort:
    """Read, analyse and write a cohort.

    Parameters
    ----------
    on_night
        Told after each night that was read.

    Raises
    ------
    HypnicError
        The table, the settings or the results cannot be used.
    """
    settings = load(request.config).settings
    table = read_participants(
        request.participants, settings.cohort.age_edges_years, columns=request.columns
    )
    read = read_cohort(
        request.results, table, is_identified=request.is_identified, on_night=on_night
    )
    n_persons = len({each.person for each in read.nights})
    notices = (*read.notices, *_table_notices(table), *_few(n_persons, settings.cohort.few_persons))
    found = analyse_cohort(read.nights, settings.cohort, settings.tagging, notices=notices)
    write_cohort(request.out, found, _provenance(settings))
    return found


def remember_request(request: CohortRequest) -> str:
    """Store a request in the site's private folder and give its reference."""
    return references.remember(
        {
            "results": str(request.results.absolute()),
            "participants": str(request.participants.absolute()),
            "out": str(request.out.absolute()),
            "config": None if request.config is None else str(request.config.absolute()),
            "columns": list(request.columns),
            "is_identified": request.is_identified,
        }
    )


def recall_request(reference: str) -> CohortRequest:
    """Give the request of a reference.

    Raises
    ------
    SettingsError
        This machine knows no such reference.
    """
    record = references.recall(reference)
    return CohortRequest(
        results=Path(record["results"]),
        participants=Path(record["participants"]),
        out=Path(record["out"]),
        config=None if record["config"] is None else Path(record["config"]),
        columns=tuple(record["columns"]),
        is_identified=record["is_identified"],
    )


def request_at(name: str) -> CohortRequest:
    """Give the request of a place, or that of a reference.

    Raises
    ------
    SettingsError
        There is no such place and no such reference, or the place has no participants table or no
        folder for the report.
    """
    site = read_site()
    if name not in site.places and references.is_known(name):
        return recall_request(name)
    place = site.place(name)
    if place.participants is None or place.cohort is None:
        raise SettingsError(
            "The place has no cohort.",
            code=Code.PLACE_INCOMPLETE,
            found="participants or cohort is not set",
            remedy="Give the place both in site.toml: the participants table, and the folder of "
            "the report.",
        )
    return CohortRequest(
        results=place.out,
        participants=place.participants,
        out=place.cohort,
        config=place.config,
    )


def _table_notices(table: Participants) -> list[Notice]:
    if table.order:
        return []
    words = "The table has neither night nor date: the order of its rows is that of the nights."
    return [Notice(code=Code.PARTICIPANTS, where="participants", message=words)]


def _few(n_persons: int, few: int) -> list[Notice]:
    if n_persons >= few:
        return []
    words = (
        f"{counted(n_persons, 'person')} in this cohort; under {few}, intervals by person may be "
        "too narrow."
    )
    return [Notice(code=Code.COHORT_SMALL, where="cohort", message=words)]


def _provenance(settings: Settings) -> dict[str, str]:
    record = settings.model_dump(mode="json", include={"cohort", "tagging"})
    return {
        "hypnic": provenance.versions()["hypnic"],
        "settings of the cohort": provenance.digest(record),
        "seed": str(settings.cohort.comparisons.seed),
    }
