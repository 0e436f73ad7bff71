"""The site's own table: places with their folders, and how its server runs.

``site.toml`` in hypnic's own folder (`HYPNIC_HOME`). A schedule or a form names a place; the paths
behind the name stay on the machines that do the work.
"""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from pipeline import privacy
from pipeline.codes import Code
from pipeline.errors import SettingsError
from pipeline.parameters import Parameters
from pipeline.settings import checked, read_toml

PLACE_PATTERN = "^[a-z][a-z0-9-]{0,31}$"
FILE = "site.toml"
# Clocks are put forward and back in these hours: a run there would be missed or made twice.
_CLOCK_CHANGE_H = (1, 2)


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("must be absolute: a server has no folder of its own to start from")
    return path


def _away_from_clock_changes(at: str) -> str:
    if time.fromisoformat(at).hour in _CLOCK_CHANGE_H:
        raise ValueError("must not lie between 01:00 and 03:00, where clocks are changed")
    return at


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; an example is Europe/Berlin") from error
    return name


PlaceSlug = Annotated[str, StringConstraints(pattern=PLACE_PATTERN)]
AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
TimeOfDay = Annotated[
    str,
    StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    AfterValidator(_away_from_clock_changes),
]


class Place(Parameters):
    """The folders behind one name."""

    inbox: AbsolutePath = Field(description="folder with studies; its subfolders count too")
    out: AbsolutePath = Field(description="folder of all results; not below the inbox of another")
    config: AbsolutePath | None = Field(None, description="TOML file with the settings")
    participants: AbsolutePath | None = Field(
        None, description="participants table of the cohort report"
    )
    cohort: AbsolutePath | None = Field(None, description="folder of the cohort report")
    reports_url: Annotated[str, StringConstraints(pattern="^https?://")] | None = Field(
        None,
        description="address under which the lab serves `out`, so that the server's tables can "
        "link to reports",
    )


class Weekday(StrEnum):
    """Days by the names that cron has for them."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class ScheduleParameters(Parameters):
    """When a place's work begins by itself."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="time zone of all times here, such as Europe/Berlin"
    )
    nightly_at: TimeOfDay = Field(
        "19:30", description="when the whole folder is scored; not between 01:00 and 03:00"
    )
    inbox_every_s: int = Field(
        300,
        ge=10,
        le=3600,
        description="seconds from one look into the inbox to the next; source: a look costs about "
        "6 CPU s, so 300 s are 2 % of one core",
    )
    cohort_day: Weekday = Field(Weekday.SUN, description="day of the weekly cohort report")
    cohort_at: TimeOfDay = Field("18:00", description="time of the weekly cohort report")
    catalogue_at: TimeOfDay = Field("06:00", description="when the catalogue is rebuilt each day")


class InboxParameters(Parameters):
    """When a file in the inbox is taken."""

    settle_s: float = Field(
        60.0,
        ge=0,
        description="a file is taken when size and date are the same in two looks so far apart; "
        "source: network copies stall for some seconds",
    )
    suspect_s: float = Field(
        1800.0,
        ge=0,
        description="the same for a file whose header does not agree with its size: a copy that "
        "stalls, or a recording that was cut short",
    )
    most_studies: int = Field(
        50, ge=1, description="studies that one look takes at most; the others come next"
    )


class ServerParameters(Parameters):
    """Where the server listens, and where it keeps its records."""

    host: str = Field("127.0.0.1", description="address that the server listens at")
    port: int = Field(4200, ge=1, le=65535, description="its port")
    worker_port: int = Field(
        4201, ge=1, le=65535, description="port of the worker's health check, on 127.0.0.1"
    )
    database_url_file: AbsolutePath | None = Field(
        None,
        description="file, readable by its owner alone, with the address of a PostgreSQL "
        "database, such as postgresql+asyncpg://hypnic:PASSWORD@127.0.0.1/hypnic; without it the "
        "server keeps its records in an SQLite file in hypnic's own folder",
    )
    scoring_runs: int = Field(
        1,
        ge=1,
        le=100,
        description="runs that score studies at a time, over all machines; each uses every core "
        "and the memory of its machine, so give the number of machines",
    )
    other_runs: int = Field(
        2, ge=1, le=100, description="other runs at a time: cohort, catalogue, notices"
    )


class Site(Parameters):
    """All of ``site.toml``."""

    places: dict[PlaceSlug, Place] = Field({}, description="folders by the names of places")
    schedule: ScheduleParameters = Field(
        ScheduleParameters(), description="when work begins by itself"
    )
    inbox: InboxParameters = Field(InboxParameters(), description="when a file is taken")
    server: ServerParameters = Field(ServerParameters(), description="the server itself")

    def place(self, name: str) -> Place:
        """Give the folders of a place.

        Raises
        ------
        SettingsError
            There is no such place; the message lists those that there are.
        """
        if name in self.places:
            return self.places[name]
        raise SettingsError(
            "The site's table has no such place.",
            code=Code.PLACE_UNKNOWN,
            where=FILE,
            found=f"places are {', '.join(self.places) or 'not given at all'}",
            remedy=f"Write [places.NAME] with inbox and out into {FILE} in hypnic's own folder; a "
            "name has lower-case letters, digits and dashes, and is no path.",
        )


def site_file() -> Path:
    """Give the place of the site's table."""
    return privacy.home() / FILE


def read_site() -> Site:
    """Give the site's table; one that is not there has no places and every default.

    Raises
    ------
    SettingsError
        It is not TOML, or keys or values are wrong: all are listed.
    """
    path = site_file()
    return checked(Site, read_toml(path)) if path.exists() else Site()
