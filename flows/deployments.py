"""What the server is to run and when: one record per deployment, as ``prefect.yaml`` has them.

``python -m flows.deployments`` prints the file for this site's table; with ``--example`` the one
of ``configs/prefect.yaml``. `hypnic serve` and `flows.register` hand in the same records.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from pipeline.site import Place, ScheduleParameters, Site, read_site

POOL = "hypnic"
SCORING, OTHER = "scoring", "other"  # work queues
WATCHED = "hypnic-watched"  # runs with this tag are told of when they fail
NOTICES = "notices"
CHUNK = "chunk"
_ONE_AT_A_TIME = {"limit": 1, "collision_strategy": "CANCEL_NEW"}
_EXAMPLE = Site(
    places={
        "lab": Place(
            inbox=Path("/srv/hypnic/inbox"),
            out=Path("/srv/hypnic/results"),
            participants=Path("/srv/hypnic/participants.tsv"),
            cohort=Path("/srv/hypnic/cohort"),
        )
    },
    schedule=ScheduleParameters(timezone="Europe/Berlin"),
)
_HEAD = """\
# Deployments of the example place "lab"; made by `python -m flows.deployments --example`.
# For your own site.toml: python -m flows.deployments > prefect.yaml
# Hand in with: prefect --no-prompt deploy --all --prefect-file prefect.yaml
# or, with pool, queues and automations too: python -m flows.register
"""

Record = dict[str, Any]


def deployments(site: Site) -> list[Record]:
    """Give the deployments of every place, and that of notices."""
    found = [each for name, place in site.places.items() for each in _of_place(name, place, site)]
    return [*found, _chunk(), _notices()]


def prefect_yaml(site: Site) -> str:
    """Give the text of a ``prefect.yaml`` for the site."""
    record: Record = {"name": POOL, "build": None, "push": None, "pull": []}
    record["deployments"] = deployments(site)
    text = yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=96)
    return f"{_HEAD}{text}"


def _of_place(name: str, place: Place, site: Site) -> Iterator[Record]:
    at = site.schedule
    yield _deployment(
        f"{name}-nightly",
        "flows.score_folder:score_folder",
        f"Every study of {name} that is not scored yet, once a night.",
        name,
        SCORING,
        [_cron(at.nightly_at, at)],
    )
    yield _deployment(
        f"{name}-inbox",
        "flows.watch_inbox:watch_inbox",
        f"What arrived in the inbox of {name}, every few minutes.",
        name,
        SCORING,
        [{"interval": at.inbox_every_s, "timezone": at.timezone, "slug": "scheduled"}],
    )
    yield _deployment(
        f"{name}-study",
        "flows.score_study:score_study",
        f"One study of {name}, by hand.",
        name,
        SCORING,
        [],
    )
    yield _deployment(
        f"{name}-catalogue",
        "flows.rebuild_catalogue:rebuild_catalogue",
        f"The tables of all nights of {name} in a few files, once a day.",
        name,
        OTHER,
        [_cron(at.catalogue_at, at)],
    )
    yield _deployment(
        f"{name}-spread",
        "flows.spread_folder:spread_folder",
        f"Every study of {name} by all workers of the pool, some studies a run.",
        name,
        OTHER,
        [],
    )
    if place.participants is not None and place.cohort is not None:
        yield _deployment(
            f"{name}-cohort",
            "flows.cohort_report:cohort_report",
            f"The cohort of {name}, once a week.",
            name,
            OTHER,
            [_cron(at.cohort_at, at, day=at.cohort_day.value)],
        )


def _deployment(
    name: str,
    entrypoint: str,
    description: str,
    place: str,
    queue: str,
    schedules: list[Record],
) -> Record:
    return {
        "name": name,
        "description": description,
        "entrypoint": entrypoint,
        "parameters": {"place": place},
        "enforce_parameter_schema": True,
        "tags": [POOL, WATCHED],
        "schedules": schedules,
        # After a stop, the runs that were missed are dropped and not made up for one by one.
        "concurrency_limit": dict(_ONE_AT_A_TIME),
        "work_pool": _pool(queue),
    }


def _chunk() -> Record:
    """Give what `flows.spread_folder` hands in; many at a time, as far as there are workers."""
    description = "Some studies of a folder that is shared out among workers."
    return _on_demand(CHUNK, description, "flows.score_folder:score_folder", SCORING)


def _notices() -> Record:
    description = "Writes a line for each run that failed; started by an automation."
    return _on_demand(NOTICES, description, "flows.tell_failure:tell_failure", OTHER)


def _on_demand(name: str, description: str, entrypoint: str, queue: str) -> Record:
    """Give a deployment without a schedule, whose parameters come with each run."""
    return {
        "name": name,
        "description": description,
        "entrypoint": entrypoint,
        "parameters": {},
        "enforce_parameter_schema": True,
        "tags": [POOL],
        "schedules": [],
        "work_pool": _pool(queue),
    }


def _pool(queue: str) -> Record:
    return {"name": POOL, "work_queue_name": queue, "job_variables": {}}


def _cron(at: str, schedule: ScheduleParameters, *, day: str = "*") -> Record:
    hour, minute = at.split(":")
    cron = f"{int(minute)} {int(hour)} * * {day}"
    return {"cron": cron, "timezone": schedule.timezone, "slug": "scheduled"}


def main(
    *,
    example: Annotated[bool, typer.Option("--example", help="The place of the documents.")] = False,
) -> None:
    """Print the prefect.yaml of this site."""
    typer.echo(prefect_yaml(_EXAMPLE if example else read_site()), nl=False)


if __name__ == "__main__":
    typer.run(main)
