"""What a query sees: the nights as they stand, and which of them are compacted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.catalogue.compacted import Compaction, Indexed
from pipeline.catalogue.listing import Key, NightFolder, latest


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The nights at one moment; each is read from one place.

    Attributes
    ----------
    listed
        Every night that is there.
    fresh
        Nights that are read from their own files.
    latest
        The latest result of each study.
    stale
        Compacted nights that are not there any more, or were replaced since.
    flipped
        Compacted nights that became the latest of their study, or ceased to be.
    """

    listed: Mapping[Key, NightFolder]
    fresh: tuple[NightFolder, ...]
    latest: set[Key]
    compaction: Compaction | None
    stale: tuple[Key, ...] = ()
    flipped: tuple[Key, ...] = ()


def snapshot(
    listed: Mapping[Key, NightFolder],
    compaction: Compaction | None,
    left_out: Collection[Key] = (),
) -> Snapshot:
    """Give what a query sees of the nights that are listed.

    Parameters
    ----------
    left_out
        Nights that are known to be damaged.
    """
    compacted = {} if compaction is None else compaction.nights
    current = {k: night for k, night in compacted.items() if _stands(listed.get(k), night)}
    unusable = {key for key, night in current.items() if night.is_damaged}.union(left_out)
    served = {key: night for key, night in current.items() if key not in unusable}
    best = latest(night for key, night in listed.items() if key not in unusable)
    return Snapshot(
        listed=listed,
        fresh=tuple(n for key, n in listed.items() if key not in current and key not in unusable),
        latest=best,
        compaction=compaction,
        stale=tuple(k for k, n in compacted.items() if k not in served and not n.is_damaged),
        flipped=tuple(key for key, n in served.items() if n.is_latest != (key in best)),
    )


def _stands(found: NightFolder | None, compacted: Indexed) -> bool:
    return found is not None and found.state == compacted.state
