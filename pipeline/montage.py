"""Labels to roles: which channel serves as which lead."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from pipeline import aliases
from pipeline.aliases import normalise
from pipeline.codes import Code
from pipeline.leads import lead
from pipeline.notices import Notice
from pipeline.parameters import Parameters
from pipeline.roles import ChannelFacts, Derivation, Montage, Role

__all__ = [
    "ChannelFacts",
    "Derivation",
    "Montage",
    "MontageParameters",
    "Role",
    "assign",
    "lead",
    "normalise",
]

LEGS = frozenset({Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED})
MINUS = " minus "


def _as_labels(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class MontageParameters(Parameters):
    """How labels become roles, beyond the alias table."""

    labels: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_labels)]] = Field(
        default_factory=dict,
        description="the lab's own labels for a role, exactly as in its files; the first that a "
        "study has is used and wins over the alias table; 'A minus B' subtracts two channels; "
        "source: the lab",
    )
    least_rate_hz: float = Field(
        default=50.0,
        ge=0.0,
        description="a channel slower than this holds a trend or an envelope and serves as no "
        "lead; source: Sleep-EDF cassette files, chin EMG stored as a 1 Hz envelope",
    )

    @field_validator("labels")
    @classmethod
    def _check_roles(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = sorted(set(value) - {role.value for role in Role})
        if unknown:
            allowed = ", ".join(role.value for role in Role)
            raise ValueError(f"unknown roles {', '.join(unknown)}; allowed values are {allowed}")
        return value


def assign(facts: Sequence[ChannelFacts], rules: MontageParameters) -> Montage:
    """Give each role the one channel or pair of channels that serves it.

    Site rules come first, then labels of whole leads, then pairs to subtract, then single
    electrodes. A recorded lead wins over a pair that gives the same, without a word: many
    recorders store both. Two candidates of one rank leave the role unassigned, with a notice.
    """
    usable, notices = _usable(facts, rules)
    site = {role: _by_site_rule(role, usable, rules) for role in Role if role in rules.labels}
    chosen = [choice for choice in site.values() if choice is not None]
    taken = {i for choice in chosen for d in choice.candidates for i in _indices(d)}
    by_key = _by_key([f for f in usable if f.index not in taken])
    choices = [site.get(role) or _by_alias(role, by_key) for role in Role]
    single = [c.candidates[0] for c in choices if len(c.candidates) == 1]
    shared = _shared(single)
    derivations = tuple(d for d in single if not shared.intersection(_indices(d)))
    notices += [_several(c) for c in choices if len(c.candidates) > 1]
    notices += [_mismatched(c.role) for c in choices if c.is_mismatched]
    notices += [_shares(index, single) for index in sorted(shared)]
    notices += [_derived(d) for d in derivations if d.negative is not None]
    notices += _lone_electrodes({d.role for d in derivations}, by_key)
    return Montage(
        derivations=derivations, notices=(*notices, *_asking(derivations, by_key, choices))
    )


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """The candidates of the best rank that has any; one is an answer, two are a question."""

    role: Role
    candidates: tuple[Derivation, ...] = ()
    is_mismatched: bool = False


_ByKey = Mapping[str, Sequence[ChannelFacts]]


def _usable(
    facts: Sequence[ChannelFacts], rules: MontageParameters
) -> tuple[list[ChannelFacts], list[Notice]]:
    """Give the channels that may serve, and notices on those that would but for unit or rate."""
    named = {part for labels in rules.labels.values() for label in labels for part in _parts(label)}
    usable, notices = [], []
    for fact in facts:
        if fact.scale_uv is not None and fact.rate_hz >= rules.least_rate_hz:
            usable.append(fact)
        elif fact.label in named or normalise(fact.label) in aliases.ALL_KEYS:
            notices.append(_unusable(fact))
    return usable, notices


def _by_key(facts: Sequence[ChannelFacts]) -> _ByKey:
    found: dict[str, list[ChannelFacts]] = defaultdict(list)
    for fact in facts:
        found[normalise(fact.label)].append(fact)
    return found


def _by_site_rule(
    role: Role, facts: Sequence[ChannelFacts], rules: MontageParameters
) -> _Choice | None:
    """Give what the first label of the rule that the study has stands for; None without any."""
    for label in rules.labels[role.value]:
        parts = [[f for f in facts if f.label == part] for part in _parts(label)]
        choice = _combine(role, [tuple(parts)])
        if choice.candidates or choice.is_mismatched:
            return choice
    return None


def _by_alias(role: Role, by_key: _ByKey) -> _Choice:
    """Give the candidates of the first rank that has any: whole leads, pairs, electrodes."""
    is_mismatched = False
    for rank in aliases.ranks(role.value):
        choice = _combine(role, [tuple(by_key.get(key, ()) for key in keys) for keys in rank])
        if choice.candidates:
            return choice
        is_mismatched = is_mismatched or choice.is_mismatched
    return _Choice(role=role, is_mismatched=is_mismatched)


def _combine(role: Role, options: Sequence[tuple[Sequence[ChannelFacts], ...]]) -> _Choice:
    """Give all leads that the options make: of one channel each, or of two to subtract."""
    combined = [chosen for option in options for chosen in itertools.product(*option)]
    fitting = [c for c in combined if len({(f.rate_hz, f.scale_uv) for f in c}) == 1]
    return _Choice(
        role=role,
        candidates=tuple(dict.fromkeys(_derive(role, *chosen) for chosen in fitting)),
        is_mismatched=len(fitting) < len(combined),
    )


def _derive(role: Role, first: ChannelFacts, second: ChannelFacts | None = None) -> Derivation:
    if second is None:
        return Derivation(role=role, label=first.label, positive=first.index)
    label = f"{first.label}-{second.label}"
    return Derivation(role=role, label=label, positive=first.index, negative=second.index)


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split(MINUS)]


def _indices(derivation: Derivation) -> set[int]:
    return {derivation.positive, derivation.negative} - {None}  # type: ignore[return-value]


def _shared(derivations: Sequence[Derivation]) -> set[int]:
    """Give channels that are the first electrode of two roles; a reference may be shared."""
    counts = Counter(d.positive for d in derivations)
    return {index for index, count in counts.items() if count > 1}


def _asking(
    derivations: Sequence[Derivation], by_key: _ByKey, choices: Sequence[_Choice]
) -> tuple[Notice, ...]:
    """Ask for a site rule where labels hint at legs and no leg was found."""
    if any(c.candidates for c in choices if c.role in LEGS) or LEGS & {d.role for d in derivations}:
        return ()
    labels = [f.label for key in by_key if aliases.may_be_leg(key) for f in by_key[key]]
    if not labels:
        return ()
    message = f"{_listed(labels)} may be legs, but which is which only a site rule can say."
    return (Notice(code=Code.AMBIGUOUS, where="legs", message=message),)


def _derived(derivation: Derivation) -> Notice:
    message = f"{derivation.label} was derived: both electrodes are recorded apart."
    return Notice(code=Code.NEEDS_DERIVATION, where=derivation.role.value, message=message)


def _lone_electrodes(served: set[Role], by_key: _ByKey) -> list[Notice]:
    """Say of each electrode without its partner which one it needs to make a lead."""
    notices = []
    for role in (role for role in Role if role not in served):
        partners: dict[str, list[str]] = defaultdict(list)
        for first, second in (pair for group in aliases.PAIRS.get(role, ()) for pair in group):
            for fact in by_key.get(normalise(first), ()):
                partners[fact.label].append(second)
        notices += [
            _lone(label, names, role)
            for label, names in partners.items()
            if not any(normalise(name) in by_key for name in names)
        ]
    return notices


def _lone(label: str, partners: Sequence[str], role: Role) -> Notice:
    wanted = " or ".join(sorted(dict.fromkeys(partners), key=len)[:2])  # the plain spellings
    message = f"{label!r} is one electrode only; recorded with {wanted} it would serve."
    return Notice(code=Code.NEEDS_DERIVATION, where=role.value, message=message)


def _several(choice: _Choice) -> Notice:
    message = (
        f"{_listed([d.label for d in choice.candidates])} all fit; none is used until "
        "[montage.labels] names one."
    )
    return Notice(code=Code.AMBIGUOUS, where=choice.role.value, message=message)


def _shares(index: int, derivations: Sequence[Derivation]) -> Notice:
    roles = [d.role.value for d in derivations if d.positive == index]
    message = f"Signal {index + 1} fits {_listed(roles)}; none of them uses it."
    return Notice(code=Code.AMBIGUOUS, where=roles[0], message=message)


def _mismatched(role: Role) -> Notice:
    message = "Two electrodes differ in rate or unit and were not subtracted."
    return Notice(code=Code.PAIR_MISMATCH, where=role.value, message=message)


def _unusable(fact: ChannelFacts) -> Notice:
    where = f"signal {fact.index + 1}"
    if fact.scale_uv is None:
        message = "No certain unit or gain, so it serves as no lead."
        return Notice(code=Code.UNIT_UNKNOWN, where=where, message=message)
    message = f"At {fact.rate_hz:g} Hz it holds a trend or an envelope and serves as no lead."
    return Notice(code=Code.RATE_TOO_LOW, where=where, message=message)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
