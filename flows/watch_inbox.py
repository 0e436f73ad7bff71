"""Score what arrived in a watched inbox: ``python -m flows.watch_inbox PLACE``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer
from prefect import State, flow, get_run_logger
from prefect.states import Completed

from flows.by_hand import faults_told
from flows.faults import without_paths
from flows.forms import InboxForm, PlaceName
from flows.studies import final_state, score_batch
from pipeline.batches import at_place
from pipeline.inbox import Inbox, Look, watched
from pipeline.outcome import ExitCode
from pipeline.site import Place, read_site

_AS_SET = InboxForm()


@flow(name="watch-inbox", persist_result=False)
def watch_inbox(place: PlaceName, options: InboxForm = _AS_SET) -> State[Any]:
    """Look once into a place's inbox, and score what has arrived whole and is not scored yet.

    A file is taken when two looks have seen it unchanged. Nothing in the inbox is moved, written
    or removed. A schedule makes the looks; one place is looked at by one run at a time.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.
        options: How studies are scored; every field may be left as it is.

    """
    with without_paths():
        site = read_site()
        folders = site.place(place)
        with watched(place, folders, site.inbox) as inbox:
            if inbox is None:
                return Completed(message="another run looks at this place")
            return _score(place, folders, inbox, options)


def _score(name: str, place: Place, inbox: Inbox, options: InboxForm) -> State[Any]:
    look = inbox.look(options.most_studies)
    _log(look)
    if not look.ready:
        return Completed(message=f"nothing new; {look.n_arriving} still arriving")
    batch = at_place(place, look.ready)
    wanted = replace(batch, stage_source=options.stage_source, n_jobs=options.jobs)
    outcomes = score_batch(wanted, name)
    # A study that stays pending is told once, not at every look.
    return final_state(outcomes, is_failed=inbox.tell(look.ready, outcomes))


def _log(look: Look) -> None:
    log = get_run_logger()
    log.info(
        "%d to score now, %d later, %d still arriving, %d done, %d quarantined",
        len(look.ready),
        look.n_left,
        look.n_arriving,
        look.n_done,
        look.n_quarantined,
    )
    if look.n_unreadable:
        log.warning(
            "%d folders, links or files in the inbox may not be read and were left out",
            look.n_unreadable,
        )


def main(
    place: Annotated[str, typer.Argument(help="Name of a place in the site's table.")],
) -> None:
    """Look once into the inbox of a place, through the Prefect flow.

    Example: python -m flows.watch_inbox lab
    """
    with faults_told():
        read_site().place(place)  # said before any server is started
    state = watch_inbox(place, return_state=True)
    typer.echo(state.message or "")
    raise typer.Exit(ExitCode.GOOD if state.is_completed() else ExitCode.FAILED)


if __name__ == "__main__":
    typer.run(main)
