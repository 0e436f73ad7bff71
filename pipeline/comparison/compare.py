"""All scorers of a night, each by itself, in pairs, and against the others' consensus."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.agreement import Agreement
from pipeline.codes import Code
from pipeline.comparison.alignment import align
from pipeline.comparison.crowd import Crowd, gather
from pipeline.comparison.pairs import MatchRule, PairAgreement, compare_pair
from pipeline.comparison.scorer import EventGroup, Scorer
from pipeline.delay import DelayParameters
from pipeline.errors import ScoringError
from pipeline.event_agreement import MatchParameters
from pipeline.hypnogram import Stage
from pipeline.metrics import Metric, MetricInputs
from pipeline.metrics.latencies import latency_metrics
from pipeline.metrics.sleep import sleep_metrics
from pipeline.notices import Notice

MEASURES = ("n1_min", "tst_min", "sol_min", "n2_latency_min", "lps_min", "n3_latency_min")
_FEWEST = 2  # scorers that make a pair
_FEWEST_FOR_CONSENSUS = 3  # two others, of whom the third can be told


@dataclass(frozen=True, kw_only=True, eq=False)
class Summary:
    """What one scorer says of the night.

    Attributes
    ----------
    metrics
        Those of `MEASURES`, by name, from the scorer's lights; empty without a hypnogram.
    n_epochs, n_unscored
        Epochs of the hypnogram, and those of them without a stage.
    n_events
        Events by group; None where it was not scored.
    """

    metrics: Mapping[str, Metric]
    n_epochs: int
    n_unscored: int
    n_events: Mapping[EventGroup, int | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Several scorings of one night, side by side.

    Attributes
    ----------
    scorers, summaries
        In the order given, on the clock of the first.
    pairs
        Every two, the earlier one being the reference.
    against_others
        Each scorer against the consensus of all others; empty for fewer than three.
    """

    scorers: tuple[Scorer, ...]
    summaries: tuple[Summary, ...]
    pairs: tuple[PairAgreement, ...]
    crowd: Crowd
    against_others: tuple[Agreement, ...]
    parameters: MatchParameters

    def doubts(self) -> dict[Notice, tuple[str, ...]]:
        """Give every notice once, with the aliases of the scorers whom it is about."""
        every = [(n, s.alias) for s in self.scorers for n in dict.fromkeys(s.scoring.notices)]
        return {n: tuple(a for other, a in every if other == n) for n, _ in every}

    def kappa(self, first: int, second: int) -> float | None:
        """Give the kappa of two scorers by their places; None for one with itself."""
        places = {min(first, second), max(first, second)}
        found = (p.stages for p in self.pairs if {p.first, p.second} == places)
        stages = next(found, None)
        return None if stages is None else stages.kappa

    def event_f1s(self, group: EventGroup, rule: MatchRule) -> tuple[float, ...]:
        """Give the F1 of every pair of scorers who both scored a group of events."""
        rows = [e for p in self.pairs for e in p.events if (e.group, e.rule) == (group, rule)]
        f1s = [row.agreement.f1 for row in rows if row.agreement is not None]
        return tuple(f1 for f1 in f1s if f1 is not None)

    def named(self) -> Comparison:
        """Give the same with every scorer's own name for alias."""
        return replace(self, scorers=tuple(replace(s, alias=s.name) for s in self.scorers))

    def median_kappa(self, stage: Stage | None = None) -> float | None:
        """Give the median over the pairs of kappa, or of one stage's kappa against the rest."""
        staged = [pair.stages for pair in self.pairs if pair.stages is not None]
        kappas = [a.kappa if stage is None else a.stage_kappas[stage] for a in staged]
        known = [kappa for kappa in kappas if kappa is not None]
        return float(np.median(known)) if known else None


def compare_scorers(
    scorers: Sequence[Scorer],
    parameters: MatchParameters,
    *,
    lights_off_s: float | None = None,
    on_pair: Callable[[], None] = lambda: None,
) -> Comparison:
    """Compare every scorer with every other.

    Parameters
    ----------
    lights_off_s
        Stands for lights off where a scorer has no mark, in seconds from the first one's start.
    on_pair
        Called after each pair.

    Raises
    ------
    ScoringError
        ``TOO_FEW_SCORERS``: less than two. ``NO_COMMON_EPOCHS``: no two have an epoch in common.
    """
    if len(scorers) < _FEWEST:
        raise ScoringError(
            "A comparison needs two scorers at least.",
            code=Code.TOO_FEW_SCORERS,
            found=f"{len(scorers)}",
            remedy="Give two scoring files, a folder of them, or the result folder of a night "
            "that a technician has scored too.",
        )
    aligned = align(scorers, lights_off_s)
    pairs = []
    for (i, one), (j, other) in itertools.combinations(enumerate(aligned), 2):
        pairs.append(compare_pair((i, j), one, other, parameters))
        on_pair()
    if not any(pair.has_common_ground for pair in pairs):
        raise _nothing_in_common(pairs)
    crowd = gather([scorer.scoring.hypnogram for scorer in aligned])
    return Comparison(
        scorers=aligned,
        summaries=tuple(_summary(scorer) for scorer in aligned),
        pairs=tuple(pairs),
        crowd=crowd,
        against_others=_against_others(crowd),
        parameters=parameters,
    )


def _against_others(crowd: Crowd) -> tuple[Agreement, ...]:
    n_scorers = len(crowd.stages)
    if n_scorers < _FEWEST_FOR_CONSENSUS:
        return ()
    return tuple(crowd.against_others(i) for i in range(n_scorers))


def _summary(scorer: Scorer) -> Summary:
    hypnogram, metrics = scorer.scoring.hypnogram, {}
    if hypnogram is not None:
        inputs = MetricInputs(
            hypnogram=hypnogram, lights_off_s=scorer.lights.off_s, lights_on_s=scorer.lights.on_s
        )
        found = (*sleep_metrics(inputs), *latency_metrics(inputs, DelayParameters()))
        metrics = {metric.name: metric for metric in found if metric.name in MEASURES}
    events = {group: scorer.events(group) for group in EventGroup}
    return Summary(
        metrics=metrics,
        n_epochs=0 if hypnogram is None else len(hypnogram),
        n_unscored=0 if hypnogram is None else int((~hypnogram.is_scored).sum()),
        n_events={group: None if e is None else len(e) for group, e in events.items()},
    )


def _nothing_in_common(pairs: Sequence[PairAgreement]) -> ScoringError:
    n_outside = sum(pair.stages.n_outside for pair in pairs if pair.stages)
    n_unscored = sum(pair.stages.n_unscored for pair in pairs if pair.stages)
    return ScoringError(
        "The scorings have no scored epoch in common.",
        code=Code.NO_COMMON_EPOCHS,
        where="stages",
        found=f"{n_outside} epochs at other times, {n_unscored} that one has not staged",
        remedy="Check that all are of one night, and that their start dates and times are right.",
    )
