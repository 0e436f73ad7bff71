"""Tell a server of the site's pool, queues, deployments and automations.

``python -m flows.register``, with the server's environment; it may be run again at any time, and
what is no longer in the site's table is removed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyOptions, StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from flows.deployments import NOTICES, OTHER, POOL, SCORING, WATCHED, Record, deployments
from pipeline.site import Site, read_site

_SILENT_S = 90  # three heartbeats; source: Prefect's guide to zombie runs
_BEAT = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}
_FAILED = {f"prefect.flow-run.{name}" for name in ("Failed", "Crashed", "TimedOut")}
_RUNS = {"prefect.resource.id": "prefect.flow-run.*"}
_TOLD = {"prefect.resource.id": f"prefect.tag.{WATCHED}", "prefect.resource.role": "tag"}


def register(site: Site, client: SyncPrefectClient) -> list[str]:
    """Make the server's records those of the site; give the names of the deployments."""
    _pool(client, site)
    made = {record["name"]: _deploy(client, record) for record in deployments(site)}
    _remove_others(client, set(made.values()))
    for automation in automations(made[NOTICES]):
        _automate(client, automation)
    return list(made)


def automations(notices: UUID) -> list[AutomationCore]:
    """Give what the server does by itself when a run falls silent, and when one fails."""
    silent = AutomationCore(
        name="hypnic-silent-runs",
        description="A run whose process died without a word is ended, so that the next may begin.",
        trigger=EventTrigger(
            after={_BEAT},
            expect={_BEAT, *_ENDS},
            match=ResourceSpecification(_RUNS),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=_SILENT_S),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="no sign of life for 90 s")],
    )
    failed = AutomationCore(
        name="hypnic-failures",
        description="A run that failed is noted in failures.tsv.",
        trigger=EventTrigger(
            expect=_FAILED,
            match=ResourceSpecification(_RUNS),
            match_related=ResourceSpecification(_TOLD),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[RunDeployment(deployment_id=notices, parameters=_templates())],
    )
    return [silent, failed]


def _templates() -> dict[str, Any]:
    words = {"run": "flow_run.id", "flow_name": "flow.name", "state": "flow_run.state.name"}
    return {
        name: {"__prefect_kind": "jinja", "template": f"{{{{ {word} }}}}"}
        for name, word in words.items()
    }


def _pool(client: SyncPrefectClient, site: Site) -> None:
    limits = {SCORING: site.server.scoring_runs, OTHER: site.server.other_runs}
    total = sum(limits.values())
    try:
        client.read_work_pool(POOL)
        client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=total))
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(
            WorkPoolCreate(
                name=POOL, type="process", concurrency_limit=total, base_job_template=template
            )
        )
    for name, limit in limits.items():
        _queue(client, name, limit)


def _queue(client: SyncPrefectClient, name: str, limit: int) -> None:
    try:
        queue = client.read_work_queue_by_name(name, work_pool_name=POOL)
    except ObjectNotFound:
        queue = client.create_work_queue(name, work_pool_name=POOL)
    client.update_work_queue(queue.id, concurrency_limit=limit)


def _deploy(client: SyncPrefectClient, record: Record) -> UUID:
    flow: Flow[..., Any] = load_flow_from_entrypoint(record["entrypoint"])
    limit = record.get("concurrency_limit")
    return client.create_deployment(
        flow_id=client.create_flow_from_name(flow.name),
        name=record["name"],
        entrypoint=record["entrypoint"],
        description=record["description"],
        parameters=record["parameters"],
        parameter_openapi_schema=parameter_schema(flow).model_dump(),
        enforce_parameter_schema=True,
        schedules=[_schedule(each) for each in record["schedules"]],
        concurrency_limit=limit and limit["limit"],
        concurrency_options=limit
        and ConcurrencyOptions(collision_strategy=limit["collision_strategy"]),
        tags=record["tags"],
        work_pool_name=record["work_pool"]["name"],
        work_queue_name=record["work_pool"]["work_queue_name"],
        job_variables=record["work_pool"]["job_variables"],
        pull_steps=[],
        paused=False,
    )


def _schedule(record: Record) -> DeploymentScheduleCreate:
    zone = record["timezone"]
    when: CronSchedule | IntervalSchedule
    if "cron" in record:
        when = CronSchedule(cron=record["cron"], timezone=zone)
    else:
        when = IntervalSchedule(interval=timedelta(seconds=record["interval"]), timezone=zone)
    return DeploymentScheduleCreate(schedule=when, active=True, slug=record["slug"])


def _remove_others(client: SyncPrefectClient, wanted: set[UUID]) -> None:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[POOL]))
    for deployment in client.read_deployments(deployment_filter=ours):
        if deployment.id not in wanted:
            client.delete_deployment(deployment.id)


def _automate(client: SyncPrefectClient, automation: AutomationCore) -> None:
    """Make an automation, or make the one of that name so."""
    found = client.read_automations_by_name(automation.name)
    for old in found[1:]:
        client.delete_automation(old.id)
    if found:
        client.update_automation(found[0].id, automation)
    else:
        client.create_automation(automation)


def main() -> None:
    """Tell the server at PREFECT_API_URL."""
    with get_client(sync_client=True) as client:
        names = register(read_site(), client)
    print("deployments:", *names)  # noqa: T201


if __name__ == "__main__":
    main()
