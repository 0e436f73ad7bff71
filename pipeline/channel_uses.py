"""Which channel fed which result."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.montage import Derivation, Role
from pipeline.night import ChannelUse
from pipeline.staging.stager import StagingResult, Vote
from pipeline.study import LEG_ROLES, Study


def channel_uses(study: Study, staged: StagingResult | None) -> tuple[ChannelUse, ...]:
    """Give each role's channel, what it fed, and why it was refused where it was."""
    return tuple(_channel_uses(study, staged))


def _channel_uses(study: Study, staged: StagingResult | None) -> Iterator[ChannelUse]:
    votes = {} if staged is None else {vote.role: vote for vote in staged.votes}
    for derivation in study.montage.derivations:
        yield _channel_use(study, derivation, votes.get(derivation.role))


def _uses(derivation: Derivation, *, is_voter: bool) -> str:
    uses = ["staging"] if is_voter else []
    uses += ["legs"] if derivation.role in LEG_ROLES else []
    uses += ["chin"] if derivation.role is Role.CHIN else []
    uses += ["heart"] if derivation.role is Role.ECG else []
    return ", ".join(uses)


def _channel_use(study: Study, derivation: Derivation, vote: Vote | None) -> ChannelUse:
    indices = [derivation.positive, derivation.negative]
    channels = [study.recording.channels[i] for i in indices if i is not None]
    highpass = [c.highpass_hz for c in channels if c.highpass_hz is not None]
    lowpass = [c.lowpass_hz for c in channels if c.lowpass_hz is not None]
    return ChannelUse(
        role=derivation.role,
        label=derivation.label,
        rate_hz=channels[0].rate_hz,
        resolution_uv=max(channel.resolution_uv for channel in channels),
        highpass_hz=max(highpass, default=None),
        lowpass_hz=min(lowpass, default=None),
        used_for=_uses(derivation, is_voter=vote is not None and not vote.reason),
        reason="" if vote is None else vote.reason,
        is_derived=derivation.negative is not None,
        n_epochs_staged=None if vote is None else vote.n_epochs,
        n_epochs_silent=None if vote is None else vote.n_silent,
        n_epochs_outvoted=None if vote is None else vote.n_dissenting,
    )
