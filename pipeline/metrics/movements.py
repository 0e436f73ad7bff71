"""Leg movement indices by both rule sets, over sleep, over wake and per stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.events import EventKind, TaggedEvent
from pipeline.legs import aasm, wasm
from pipeline.legs.indices import STAGES, IndexName, Scope, leg_index, periodicity_index
from pipeline.legs.scored import ScoredMovement
from pipeline.metrics.arousals import NO_AROUSALS
from pipeline.metrics.inputs import STAGE_NAMES, MetricInputs
from pipeline.metrics.metric import Metric

NO_RESPIRATORY = "respiratory events were not scored"
_SLEEP_SCOPES = (Scope.TST, Scope.N1, Scope.N2, Scope.N3, Scope.REM)
_ALL_SCOPES = (*_SLEEP_SCOPES, Scope.WAKE)
_PER_HOUR = "per hour of that time with at least one scorable leg"


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """One kind of movement: how it is called, what is counted, and over which parts."""

    name: str
    title: str
    what: str
    counted: tuple[IndexName, ...]
    scopes: tuple[Scope, ...] = _SLEEP_SCOPES
    needs_respiratory: bool = False
    needs_arousals: bool = False


_PLMS = (
    _Kind(
        name="plms",
        title="PLMS",
        what="periodic leg movements in sleep (members of a series)",
        counted=(IndexName.PLM,),
    ),
    _Kind(
        name="plms_without_respiratory",
        title="PLMS without respiratory ones",
        what="periodic leg movements in sleep once respiratory-related ones are removed",
        counted=(IndexName.PLM_NR,),
        needs_respiratory=True,
    ),
    _Kind(
        name="plms_with_arousal",
        title="PLMS with arousal",
        what="periodic leg movements in sleep that go with an arousal",
        counted=(IndexName.PLM_A,),
        needs_arousals=True,
    ),
    _Kind(
        name="plms_without_respiratory_with_arousal",
        title="PLMS with arousal, without respiratory ones",
        what="periodic leg movements in sleep that go with an arousal, once respiratory-related "
        "ones are removed",
        counted=(IndexName.PLM_NR_A,),
        needs_respiratory=True,
        needs_arousals=True,
    ),
)
_AASM = (
    _Kind(
        name="lm",
        title="LM",
        what="leg movements of 0.5 to 10 s",
        counted=(IndexName.CLM,),
        scopes=_ALL_SCOPES,
    ),
    _Kind(
        name="lm_without_respiratory",
        title="LM without respiratory ones",
        what="leg movements of 0.5 to 10 s that are not respiratory-related",
        counted=(IndexName.CLM_NR,),
        scopes=_ALL_SCOPES,
        needs_respiratory=True,
    ),
    *_PLMS,
)
_WASM = (
    _Kind(
        name="lm",
        title="LM",
        what="leg movements of at least 0.5 s",
        counted=(IndexName.CLM, IndexName.NON_CLM),
        scopes=_ALL_SCOPES,
    ),
    _Kind(
        name="clm",
        title="CLM",
        what="candidate leg movements (0.5 to 10 s, both legs together up to 15 s)",
        counted=(IndexName.CLM,),
        scopes=_ALL_SCOPES,
    ),
    _Kind(
        name="clm_without_respiratory",
        title="CLM without respiratory ones",
        what="candidate leg movements that are not respiratory-related",
        counted=(IndexName.CLM_NR,),
        scopes=_ALL_SCOPES,
        needs_respiratory=True,
    ),
    *_PLMS,
    _Kind(
        name="plmw",
        title="PLMW",
        what="periodic leg movements in wake (members of a series)",
        counted=(IndexName.PLM,),
        scopes=(Scope.WAKE,),
    ),
    _Kind(
        name="plmw_without_respiratory",
        title="PLMW without respiratory ones",
        what="periodic leg movements in wake once respiratory-related ones are removed",
        counted=(IndexName.PLM_NR,),
        scopes=(Scope.WAKE,),
        needs_respiratory=True,
    ),
)
_RULE_SETS = ((aasm.RULE_SET, _AASM), (wasm.RULE_SET, _WASM))


def movement_metrics(inputs: MetricInputs) -> tuple[Metric, ...]:
    """Give every leg movement index of both rule sets, side by side and never blended."""
    found: list[Metric] = []
    for rule_set, kinds in _RULE_SETS:
        scored = _scored(inputs.in_bed(EventKind.LEG_MOVEMENT), rule_set)
        found += [
            _index(inputs, rule_set, scored, kind, scope) for kind in kinds for scope in kind.scopes
        ]
        found += [
            _periodicity(inputs, rule_set, scored, scope, is_respiratory_removed=is_removed)
            for is_removed in (False, True)
            for scope in _SLEEP_SCOPES
        ]
    return (*found, _no_plmw())


def _scored(tagged: Iterable[TaggedEvent], rule_set: str) -> list[ScoredMovement]:
    """Give the rule set's movements as `pipeline.legs.indices` counts them."""
    return [
        ScoredMovement(
            parts=(),
            stage=t.stage,
            is_clm=bool(t.event.is_clm),
            is_plm=t.event.is_plm,
            is_plm_nr=t.event.is_plm_nr,
            is_respiratory=t.event.is_respiratory,
            has_arousal=t.event.has_arousal,
        )
        for t in tagged
        if t.event.rule_set == rule_set
    ]


def _index(
    inputs: MetricInputs,
    rule_set: str,
    scored: Sequence[ScoredMovement],
    kind: _Kind,
    scope: Scope,
) -> Metric:
    hours = inputs.leg_hours
    rates = [leg_index(scored, name, scope, hours).per_hour for name in kind.counted]
    reason = inputs.no_time_reason(*STAGES[scope]) or _not_scored(inputs, kind)
    known = [rate for rate in rates if rate is not None]
    is_known = not reason and len(known) == len(rates)
    return Metric(
        name=_named(kind.name, scope, rule_set, "per_h"),
        title=f"{kind.title} index{_in(scope)}, {rule_set}",
        group=f"Leg movements, {rule_set}",
        value=sum(known) if is_known else None,
        unit="/h",
        definition=f"By {rule_set}: {kind.what}{_in(scope)}, {_PER_HOUR}.",
        reason="" if is_known else reason or "the rules could not judge every movement",
    )


def _periodicity(
    inputs: MetricInputs,
    rule_set: str,
    scored: Sequence[ScoredMovement],
    scope: Scope,
    *,
    is_respiratory_removed: bool,
) -> Metric:
    name = "periodicity_without_respiratory" if is_respiratory_removed else "periodicity"
    without = " without respiratory ones" if is_respiratory_removed else ""
    reason = inputs.no_time_reason(*STAGES[scope])
    if not reason and is_respiratory_removed and not inputs.has_respiratory:
        reason = NO_RESPIRATORY
    value = None
    if not reason:
        value = periodicity_index(
            scored, scope, inputs.leg_hours, is_respiratory_removed=is_respiratory_removed
        )
        reason = "" if value is not None else f"no leg movement that could be periodic{_in(scope)}"
    return Metric(
        name=_named(name, scope, rule_set, "index"),
        title=f"Periodicity index{without}{_in(scope)}, {rule_set}",
        group=f"Leg movements, {rule_set}",
        value=value,
        unit="",
        definition=f"By {rule_set}: share of the leg movements{without}{_in(scope)} that belong "
        "to a series, from 0 to 1; movements are counted, where Ferri 2006 counts intervals.",
        reason=reason,
    )


def _no_plmw() -> Metric:
    return Metric(
        name=_named("plmw", Scope.WAKE, aasm.RULE_SET, "per_h"),
        title=f"PLMW index in wake, {aasm.RULE_SET}",
        group=f"Leg movements, {aasm.RULE_SET}",
        value=None,
        unit="/h",
        definition=f"By {aasm.RULE_SET}: periodic leg movements are scored in sleep only.",
        reason="the AASM rules score no periodic leg movements in wake",
    )


def _not_scored(inputs: MetricInputs, kind: _Kind) -> str:
    if kind.needs_respiratory and not inputs.has_respiratory:
        return NO_RESPIRATORY
    return NO_AROUSALS if kind.needs_arousals and not inputs.has_arousals else ""


def _named(name: str, scope: Scope, rule_set: str, suffix: str) -> str:
    is_plain = scope is Scope.TST or name.startswith("plmw")
    stage = "" if is_plain else f"_{STAGE_NAMES[STAGES[scope][0]].lower()}"
    return f"{name}{stage}_{rule_set.lower()}_{suffix}"


def _in(scope: Scope) -> str:
    return " in sleep" if scope is Scope.TST else f" in {STAGE_NAMES[STAGES[scope][0]]}"
