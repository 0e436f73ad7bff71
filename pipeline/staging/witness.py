"""A lead as the models see it: its features, or why it was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import StudyError
from pipeline.recording import Lead
from pipeline.staging import quality, smoothing
from pipeline.staging.band_pass import RATE_HZ
from pipeline.staging.dissent import DissentParameters, dissents
from pipeline.staging.features import EPOCH_SAMPLES, Columns, Kind, measure
from pipeline.staging.quality import QualityParameters
from pipeline.staging.resampling import condition

Features = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Witness:
    """What one lead has to say on each epoch.

    Attributes
    ----------
    role, label, rate_hz
        As in the lead.
    n_epochs
        Whole epochs.
    has_rest
        Whether samples are left after the last whole epoch.
    is_good
        Epochs that hold a signal, shape (n_epochs,).
    columns
        What was measured in each epoch; empty where the lead was refused.
    is_dissenting
        Good epochs in which other leads of its kind show that what it holds is its own artefact,
        shape (n_epochs,).
    robust_sd_uv
        0.4 to 30 Hz, median over the good epochs; None where not measured.
    code, reason
        Why the lead was refused; None and empty where it was not.
    doubt
        Why the scale of a lead that takes part may be wrong; empty where nothing says so.
    """

    role: str
    label: str
    rate_hz: float
    kind: Kind
    n_epochs: int
    has_rest: bool
    is_good: NDArray[np.bool_]
    is_dissenting: NDArray[np.bool_]
    columns: Columns = field(default_factory=dict)
    robust_sd_uv: float | None = None
    code: Code | None = None
    reason: str = ""
    doubt: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the lead may not take part."""
        return self.code is not None

    @property
    def may_vote(self) -> NDArray[np.bool_]:
        """Epochs in which the lead is believed, shape (n_epochs,)."""
        return self.is_good & ~self.is_dissenting

    @cached_property
    def features(self) -> Features:
        """The models' features by name, each of shape (n_epochs,), from believed epochs only."""
        return _in_context(self.columns, self.may_vote)


def examine(lead: Lead, kind: Kind, parameters: QualityParameters) -> Witness:
    """Give the lead's features, or the reason why it may not take part.

    Raises
    ------
    StudyError
        ``SHORT``: the lead is shorter than one epoch.
    """
    n_epochs, rest = divmod(round(len(lead.microvolts) * RATE_HZ / lead.rate_hz), EPOCH_SAMPLES)
    _require_one_epoch(n_epochs, lead)
    witness = Witness(
        role=lead.role,
        label=lead.label,
        rate_hz=lead.rate_hz,
        kind=kind,
        n_epochs=n_epochs,
        has_rest=rest > 0,
        is_good=quality.good_epochs(lead, n_epochs, parameters),
        is_dissenting=np.zeros(n_epochs, np.bool_),
    )
    if lead.rate_hz <= parameters.min_rate_hz:
        reason = f"{lead.rate_hz:g} Hz; the models need more than {parameters.min_rate_hz:g} Hz"
        return replace(witness, code=Code.RATE_TOO_LOW, reason=reason)
    if not witness.is_good.any():
        return _silent(witness, lead, parameters)
    return _measured(witness, lead, parameters)


def heard_together(
    witnesses: Sequence[Witness], parameters: DissentParameters
) -> tuple[Witness, ...]:
    """Give the leads of one kind, each without its vote where it stands against the others."""
    if not witnesses:
        return ()
    n_epochs = min(w.n_epochs for w in witnesses)
    columns = [{k: v[:n_epochs] for k, v in w.columns.items()} for w in witnesses]
    is_good = np.stack([w.is_good[:n_epochs] for w in witnesses])
    against = dissents(columns, is_good, witnesses[0].kind, parameters)
    rests = [np.zeros(w.n_epochs - n_epochs, np.bool_) for w in witnesses]
    return tuple(
        replace(witness, is_dissenting=np.concatenate((row, rest)))
        for witness, row, rest in zip(witnesses, against, rests, strict=True)
    )


def _silent(witness: Witness, lead: Lead, parameters: QualityParameters) -> Witness:
    is_lively, span_uv = quality.is_lively(lead, parameters)
    if is_lively:
        reason = f"it spans {span_uv:.3g} uV in a second: a lead off, or not in microvolts"
        return replace(witness, code=Code.UNIT_IMPLAUSIBLE, reason=reason)
    reason = "flat, saturated or missing throughout"
    return replace(witness, code=Code.NO_SIGNAL, reason=reason)


def _measured(witness: Witness, lead: Lead, parameters: QualityParameters) -> Witness:
    columns = measure(condition(_filled(lead.microvolts), lead.rate_hz), witness.kind)
    iqr_uv = columns[f"{witness.kind}_iqr"][witness.is_good]
    is_plausible, sd_uv = quality.is_plausible(iqr_uv, witness.kind, parameters)
    if is_plausible:
        doubt = quality.scale_doubt(iqr_uv, witness.kind, parameters)
        return replace(witness, robust_sd_uv=sd_uv, columns=columns, doubt=doubt)
    reason = f"a robust SD of {sd_uv:.3g} uV cannot be {witness.kind.upper()} in microvolts"
    return replace(witness, robust_sd_uv=sd_uv, code=Code.UNIT_IMPLAUSIBLE, reason=reason)


def _in_context(columns: Columns, is_good: NDArray[np.bool_]) -> Features:
    """Give the features with their smoothed and scaled forms, as YASA's float32."""
    table = np.stack(list(columns.values()), axis=1)
    table[~is_good] = np.nan
    forms = {
        "": table,
        "_c7min_norm": smoothing.centred(table),
        "_p2min_norm": smoothing.past(table),
    }
    return {
        name + suffix: form[:, place].astype(np.float32)
        for suffix, form in forms.items()
        for place, name in enumerate(columns)
    }


def _filled(microvolts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the samples with missing ones on a straight line between their neighbours."""
    if np.isfinite(microvolts.sum()):  # in half of the time of asking each sample
        return microvolts
    is_known = np.isfinite(microvolts)
    times = np.arange(len(microvolts))
    return np.interp(times, times[is_known], microvolts[is_known])


def _require_one_epoch(n_epochs: int, lead: Lead) -> None:
    if n_epochs == 0:
        raise StudyError(
            "the recording is too short to be staged",
            code=Code.SHORT,
            where=lead.label,
            found=f"{lead.duration_s:.1f} s",
            remedy="At least one epoch of 30 s is needed.",
        )
