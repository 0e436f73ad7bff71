"""Score every study of a folder over a Dask cluster: ``python -m flows.score_cluster``.

For those who have a cluster; needs the extra ``dask``. Each Dask worker hands its study to a child
process of its own, as everywhere else, so that a study that dies or hangs costs itself and not the
worker. The results are those of ``hypnic batch``, byte for byte.

Needs, on every host: this version of hypnic, the folders of the studies and of the results under
the same paths, one ``HYPNIC_HOME`` (the site's secret makes the keys, and the batch is kept there),
and a Prefect server at ``PREFECT_API_URL``.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, cast

import typer
from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from flows.by_hand import (
    ConfigOption,
    FolderArgument,
    OutOption,
    SourceOption,
    faults_told,
    folder_batch,
    score_by_hand,
)
from flows.environment import require_server
from flows.faults import without_paths
from flows.forms import Reference
from flows.studies import (
    AD_HOC,
    Record,
    close,
    collected,
    final_state,
    has_pending,
    outcomes_of,
    state_of,
)
from pipeline.batches import recall_batch
from pipeline.codes import Code
from pipeline.errors import SettingsError
from pipeline.runner import StudyPool


@task(
    name="score-study",
    task_run_name="study-{number}",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def score_here(batch: str, number: int) -> State[Record]:
    """Score one study of a batch in a child process of whichever Dask worker this runs in.

    A scheduler that lost a worker runs its finished tasks again: they find their results published
    and say "already scored".
    """
    with without_paths():
        _require_no_daemon()
        wanted = recall_batch(batch)
        with StudyPool(wanted.out, wanted.settings(), n_jobs=1) as pool:
            outcome = pool.score(number, wanted.jobs[number])
    return state_of(outcome)


@flow(name="score-cluster", persist_result=False)
def score_cluster(batch: Reference) -> State[Any]:
    """Score every study of a batch, one task each, wherever the cluster has room.

    Args:
        batch: Reference of a batch that this site keeps. Never a path.

    """
    with without_paths():
        wanted = recall_batch(batch)
        numbers = range(len(wanted.jobs))
        outcomes = outcomes_of(collected([score_here.submit(batch, number) for number in numbers]))
        close(wanted, AD_HOC, outcomes)
        return final_state(outcomes, is_failed=has_pending(outcomes))


def _require_no_daemon() -> None:
    if not multiprocessing.current_process().daemon:
        return
    raise SettingsError(
        "This Dask worker may not start the process that a study needs.",
        code=Code.CLUSTER_DAEMON,
        found="a daemonic worker process",
        remedy="Start Dask workers with DASK_DISTRIBUTED__WORKER__DAEMON=false, or --no-nanny.",
    )


def dask_runner() -> Callable[..., Any]:
    """Give the class of Dask's task runner; it comes with the extra ``dask``."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise SettingsError(
            "A Dask cluster needs two more packages.",
            code=Code.EXTRA_MISSING,
            found=str(error.name),
            remedy="Install them: pip install 'hypnic[dask]'.",
        ) from error
    return DaskTaskRunner


@contextmanager
def workers(scheduler: str | None, n_workers: int) -> Iterator[TaskRunner[PrefectFuture[Any]]]:
    """Give the task runner of a cluster: the one at an address, or one made on this machine.

    Raises
    ------
    SettingsError
        The extra is not installed, or there is no server whom all workers can tell.
    """
    require_server()
    make = dask_runner()
    here = {
        "n_workers": n_workers,
        "threads_per_worker": 1,
        "processes": True,
        "host": "127.0.0.1",
        "dashboard_address": None,
    }
    from dask import config

    # A daemon may have no child processes, and every study needs one.
    with config.set({"distributed.worker.daemon": False, "logging.distributed": "warning"}):
        runner = (
            make(cluster_class="distributed.LocalCluster", cluster_kwargs=here)
            if scheduler is None
            else make(address=scheduler)
        )
        yield cast("TaskRunner[PrefectFuture[Any]]", runner)


def main(
    folder: FolderArgument,
    out: OutOption,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", help="Address of a Dask scheduler, such as tcp://10.0.0.5:8786."
        ),
    ] = None,
    n_workers: Annotated[
        int, typer.Option("--workers", min=1, help="Without --scheduler: workers on this machine.")
    ] = max(1, multiprocessing.cpu_count()),
    config: ConfigOption = None,
    stage_source: SourceOption = None,
) -> None:
    """Score every study of a folder over a Dask cluster.

    Example: python -m flows.score_cluster studies --out results --scheduler tcp://10.0.0.5:8786
    """
    with faults_told():
        batch = folder_batch(folder, out, config, stage_source)
        with workers(scheduler, n_workers) as runner:
            score_by_hand(score_cluster.with_options(task_runner=runner), batch)


if __name__ == "__main__":
    typer.run(main)
