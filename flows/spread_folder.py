"""Score a folder by all workers of a pool: ``python -m flows.spread_folder FOLDER --out DIR``.

One process cuts the studies into chunks and submits each as a run of the deployment
``score-folder``; whichever worker has room takes the next. The workers may be on many hosts: they
need this version of hypnic, the same folders under the same paths, and one ``HYPNIC_HOME``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import typer
from prefect import State, flow
from prefect.deployments import run_deployment
from prefect.runtime import flow_run

from flows.by_hand import (
    ConfigOption,
    FolderArgument,
    OutOption,
    SourceOption,
    faults_told,
    folder_batch,
    score_by_hand,
)
from flows.deployments import CHUNK
from flows.environment import require_server
from flows.faults import without_paths
from flows.forms import PlaceName, SpreadForm
from flows.studies import close, final_state, has_pending, outcomes_of, shown_as
from pipeline import references
from pipeline.batches import Batch, all_of, remember_batch
from pipeline.codes import Code
from pipeline.outcome import Outcome, OutcomeStatus

_AS_SET = SpreadForm()
_DEPLOYMENT = f"score-folder/{CHUNK}"
_TRIES = 2  # a chunk whose worker died goes to another one


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    """Some studies of the batch, and what they are called towards the server."""

    name: str
    batch: Batch


@flow(name="spread-folder", persist_result=False)
def spread_folder(place: PlaceName, options: SpreadForm = _AS_SET) -> State[Any]:
    """Score a place's studies by all workers of the pool, some studies a run.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.
        options: How the studies are shared out and scored; every field may be left as it is.

    """
    with without_paths():
        batch = all_of(place)
        wanted = replace(
            batch,
            stage_source=options.stage_source or batch.stage_source,
            n_jobs=options.jobs or batch.n_jobs,
        )
        chunks = list(_chunks(wanted, options.studies_per_run, str(flow_run.get_id())))
        outcomes = _scored(chunks, options.runs_at_a_time)
        close(wanted, shown_as(place), outcomes)
        return final_state(outcomes, is_failed=has_pending(outcomes))


def _chunks(batch: Batch, n_each: int, run: str) -> Iterator[_Chunk]:
    for first in range(0, len(batch.jobs), n_each):
        part = replace(batch, jobs=batch.jobs[first : first + n_each])
        yield _Chunk(name=f"{run}-{first}", batch=part)


def _scored(chunks: Sequence[_Chunk], n_at_a_time: int) -> list[Outcome]:
    """Submit the chunks and wait for them; outcomes in the order of the studies."""
    with ThreadPoolExecutor(n_at_a_time) as waiting:
        return [outcome for part in waiting.map(_chunk_scored, chunks) for outcome in part]


def _chunk_scored(chunk: _Chunk) -> list[Outcome]:
    """Give what became of a chunk's studies; those of a lost run stay pending."""
    with references.forgotten(remember_batch(chunk.batch)) as reference:
        for attempt in range(_TRIES):
            _run(reference, f"{chunk.name}-{attempt}")
            records = references.concluded(reference)
            if records is not None:
                return outcomes_of(records)
    return [_lost() for _ in chunk.batch.jobs]


def _run(reference: str, key: str) -> None:
    """Submit a chunk and wait for its run to end; the same key is the same run, never two."""
    run_deployment(
        _DEPLOYMENT,
        parameters={"place": reference},
        idempotency_key=key,
        as_subflow=False,
        timeout=None,
    )


def _lost() -> Outcome:
    return Outcome(
        status=OutcomeStatus.PENDING,
        code=Code.RUN_LOST,
        message=f"{Code.RUN_LOST}: {_TRIES} runs with this study ended without a word of it. What "
        "to do: see that a worker is up and has this HYPNIC_HOME; then start it again.",
        is_worth_retrying=True,
    )


def main(
    *,
    folder: FolderArgument,
    out: OutOption,
    per_run: Annotated[
        int, typer.Option("--studies-per-run", min=1, max=1000, help="Studies of each run.")
    ] = _AS_SET.studies_per_run,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
) -> None:
    """Score a folder's studies by all workers of the pool, and wait for them.

    Needs a server (PREFECT_API_URL) with the site's deployments (python -m flows.register) and
    workers: prefect worker start --pool hypnic, on each host.

    Example: python -m flows.spread_folder /mnt/studies --out /mnt/results
    """
    with faults_told():
        require_server()
        shared_out = partial(spread_folder, options=SpreadForm(studies_per_run=per_run))
        score_by_hand(shared_out, folder_batch(folder, out, config, stage_source))


if __name__ == "__main__":
    typer.run(main)
