"""Score one study through Prefect: ``python -m flows.score_study STUDY --out DIR``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from prefect import State, flow

from flows.by_hand import ConfigOption, OutOption, SourceOption, faults_told, score_by_hand
from flows.faults import without_paths
from flows.forms import PlaceName, ScoringForm, StudyKey
from flows.studies import AD_HOC, final_state, has_pending, score_batch
from pipeline.batches import Batch, all_of, one_of
from pipeline.runner import Job

_AS_SET = ScoringForm()


@flow(name="score-study", persist_result=False)
def score_study(
    place: PlaceName, study: StudyKey = "", options: ScoringForm = _AS_SET
) -> State[Any]:
    """Score one study of a place again, such as after a change of its settings.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.
        study: The study's key, as in a batch's table: s and 15 letters or digits.
        options: How it is scored; every field may be left as it is.

    """
    with without_paths():
        batch = one_of(place, study) if study else all_of(place)
        wanted = replace(
            batch,
            jobs=batch.jobs[:1],
            stage_source=options.stage_source or batch.stage_source,
            n_jobs=1,
        )
        outcomes = score_batch(wanted, study or AD_HOC)
        return final_state(outcomes, is_failed=has_pending(outcomes))


def main(
    study: Annotated[Path, typer.Argument(help="The study's EDF, EDF+, BDF or BDF+ file.")],
    out: OutOption,
    hypnogram: Annotated[
        Path | None, typer.Option("--hypnogram", help="Technician's scoring, EDF+.")
    ] = None,
    config: ConfigOption = None,
    stage_source: SourceOption = None,
) -> None:
    """Score one study through the Prefect flow.

    Example: python -m flows.score_study night.edf --out results
    """
    job = Job(source=study, scoring=hypnogram)
    with faults_told():
        batch = Batch(jobs=(job,), out=out, config=config, stage_source=stage_source)
        score_by_hand(score_study, batch)


if __name__ == "__main__":
    typer.run(main)
