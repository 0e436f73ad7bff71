"""All checks over the channels that serve a role."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from pipeline.parameters import Parameters
from pipeline.plausibility.amplitude import AmplitudeParameters, amplitude
from pipeline.plausibility.contact import ContactParameters, contact
from pipeline.plausibility.duration import DurationParameters, duration
from pipeline.plausibility.finding import Finding, Findings
from pipeline.plausibility.frozen import FrozenParameters, frozen
from pipeline.plausibility.mains import MainsParameters, mains
from pipeline.plausibility.offset import OffsetParameters, offset
from pipeline.plausibility.pieces import PieceParameters, Pieces, pieces
from pipeline.plausibility.polarity import PolarityParameters, polarity
from pipeline.plausibility.spans import spans
from pipeline.recording import Channel
from pipeline.roles import Derivation, Role
from pipeline.study import EEG_ROLES, LEG_ROLES, Study

_AMPLITUDE_ROLES = frozenset({*LEG_ROLES, Role.CHIN, Role.ECG})


class PlausibilityParameters(Parameters):
    """What a recording must look like to be one."""

    duration: DurationParameters = Field(
        default=DurationParameters(), description="length of the record"
    )
    contact: ContactParameters = Field(
        default=ContactParameters(), description="flat, clipped, lead off"
    )
    offset: OffsetParameters = Field(default=OffsetParameters(), description="constants")
    frozen: FrozenParameters = Field(default=FrozenParameters(), description="repeated blocks")
    amplitude: AmplitudeParameters = Field(
        default=AmplitudeParameters(), description="amplitude of EMG and ECG"
    )
    pieces: PieceParameters = Field(
        default=PieceParameters(), description="what hum and polarity are judged on"
    )
    mains: MainsParameters = Field(default=MainsParameters(), description="mains hum")
    polarity: PolarityParameters = Field(
        default=PolarityParameters(), description="opposite EEG derivations"
    )


def examine(study: Study, parameters: PlausibilityParameters) -> Findings:
    """Give what is wrong with the record and with each channel that serves a role."""
    eeg: list[Pieces] = []
    is_inverted: list[bool] = []
    found = [*duration(study.recording.duration_s, parameters.duration)]
    for derivation in study.montage.derivations:
        for channel in _channels(study, derivation):
            found += _of_channel(channel, derivation.role, parameters)
        source = study.source(derivation.role)
        if source is None:
            continue
        cut = pieces(source, study.recording.duration_s, parameters.pieces)
        found += mains(cut, parameters.mains)
        if derivation.role in EEG_ROLES:
            eeg.append(cut)
            is_inverted.append(_channels(study, derivation)[0].gain_uv < 0.0)
    found += polarity(eeg, is_inverted, parameters.polarity)
    return Findings(found=tuple(found))


def _channels(study: Study, derivation: Derivation) -> list[Channel]:
    indices = [i for i in (derivation.positive, derivation.negative) if i is not None]
    return [study.recording.channels[i] for i in indices]


def _of_channel(
    channel: Channel, role: Role, parameters: PlausibilityParameters
) -> Iterator[Finding]:
    if not len(channel.digital):
        return
    seconds = spans(channel)
    yield from contact(channel, seconds, role.value, parameters.contact)
    yield from offset(channel, seconds, role.value, parameters.offset)
    yield from frozen(channel, role.value, parameters.frozen)
    if role in _AMPLITUDE_ROLES:
        yield from amplitude(channel, seconds, role.value, parameters.amplitude, parameters.contact)
