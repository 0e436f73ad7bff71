"""Score every study of a folder through Prefect.

``python -m flows.score_folder FOLDER --out DIR`` uses Prefect's embedded server, or the one at
``PREFECT_API_URL``.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import typer
from prefect import State, flow

from flows.by_hand import (
    ConfigOption,
    FolderArgument,
    OutOption,
    SourceOption,
    faults_told,
    folder_batch,
    score_by_hand,
)
from flows.faults import without_paths
from flows.forms import FolderForm, PlaceName
from flows.studies import final_state, has_pending, score_batch, shown_as
from pipeline import references
from pipeline.batches import all_of

_AS_SET = FolderForm()


@flow(name="score-folder", persist_result=False)
def score_folder(place: PlaceName, options: FolderForm = _AS_SET) -> State[Any]:
    """Score every study below a place's inbox, each in a process of its own.

    A bad study is set aside with a reason, the rest goes on; what is scored already is skipped.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.
        options: How they are scored; every field may be left as it is.

    """
    with without_paths():
        batch = all_of(place)
        wanted = replace(
            batch,
            jobs=batch.jobs[: options.most_studies],
            stage_source=options.stage_source or batch.stage_source,
            n_jobs=options.jobs or batch.n_jobs,
        )
        outcomes = score_batch(wanted, shown_as(place))
        if references.is_known(place):
            references.conclude(place, [asdict(outcome) for outcome in outcomes])
        return final_state(outcomes, is_failed=has_pending(outcomes))


def main(
    folder: FolderArgument,
    out: OutOption,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
) -> None:
    """Score every study of a folder through the Prefect flow.

    Example: python -m flows.score_folder studies --out results
    """
    with faults_told():
        score_by_hand(score_folder, folder_batch(folder, out, config, stage_source))


if __name__ == "__main__":
    typer.run(main)
