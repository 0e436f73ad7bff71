"""Whether the chin bursts with a leg."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import merge
from pipeline.legs.burst_detection import maxima
from pipeline.legs.evidence import EvidenceParameters
from pipeline.legs.moving_rms import moving_rms, odd_window
from pipeline.recording import Lead
from pipeline.signals import Samples, band_taps, gather, quantiles, sample_index, zero_phase


@dataclass(frozen=True, kw_only=True, eq=False)
class ChinTrace:
    """The chin's envelope where the legs move; 0 in the rest of the record.

    Attributes
    ----------
    microvolts
        Moving RMS, shape (n_samples,).
    """

    microvolts: Samples
    rate_hz: float


def chin_trace(
    chin: Lead, spans_s: NDArray[np.float64], parameters: EvidenceParameters
) -> ChinTrace:
    """Give the chin's envelope around stretches of leg activity, filtered once for all of them.

    Parameters
    ----------
    spans_s
        All that the chin will be asked about, in seconds, shape (n, 2).
    """
    n_samples, rate_hz = len(chin.microvolts), chin.rate_hz
    band_hz = (parameters.chin_low_hz, parameters.chin_high_hz)
    taps = band_taps(rate_hz, band_hz, parameters.chin_transition_hz)
    n_window = odd_window(rate_hz, parameters.chin_window_s)
    reach = len(taps) // 2 + n_window
    wanted = _wanted(spans_s, rate_hz, n_samples, parameters)
    margins = np.clip(wanted + np.array([-reach, reach]), 0, n_samples)
    parts = [np.nan_to_num(chin.microvolts[start:stop]) for start, stop in margins.tolist()]
    trace = np.zeros(n_samples, dtype=np.float32)
    if parts:  # in a row: each has the filter's reach beside it
        emg = zero_phase(np.concatenate([_centred(part) for part in parts]), taps)
        (values,) = moving_rms(emg, (n_window,))
        ends = np.cumsum(np.diff(margins, axis=1).ravel())
        shifts = margins[:, 1] - ends
        for (start, stop), shift in zip(wanted.tolist(), shifts.tolist(), strict=True):
            trace[start:stop] = values[start - shift : stop - shift]
    return ChinTrace(microvolts=trace, rate_hz=rate_hz)


def _centred(values: NDArray[np.float64]) -> Samples:
    centred: Samples = (values - values.mean()).astype(np.float32)
    return centred


def _wanted(
    spans_s: NDArray[np.float64], rate_hz: float, n_samples: int, parameters: EvidenceParameters
) -> NDArray[np.int64]:
    """Give the samples that the spans need, their rest before included, shape (n, 2)."""
    slack_s = parameters.chin_slack_s + parameters.chin_window_s
    margin_s = np.array([-parameters.chin_rest_s - slack_s, slack_s])
    places = sample_index(spans_s + margin_s, rate_hz) + np.array([-1, 2])
    return merge(np.clip(places, 0, n_samples))


def chin_bursts(
    spans_s: NDArray[np.float64], chin: ChinTrace, parameters: EvidenceParameters
) -> NDArray[np.bool_]:
    """Tell for each candidate whether the chin's EMG bursts with it, shape (n,)."""
    if not len(spans_s) or not len(chin.microvolts):
        return np.zeros(len(spans_s), dtype=np.bool_)
    rate_hz, slack_s = chin.rate_hz, parameters.chin_slack_s
    reach_s = slack_s + parameters.chin_window_s
    onsets = sample_index(spans_s[:, 0], rate_hz)
    n_rest, n_last = (int(x * rate_hz) for x in (parameters.chin_rest_s, parameters.chin_last_s))
    n_before = int(np.ceil((parameters.chin_rest_s + reach_s) * rate_hz))
    traces = gather(chin.microvolts, onsets, n_before, n_rest - n_before)
    last = np.median(traces[:, max(n_rest - n_last, 0) :], axis=1)
    low, rest = quantiles(traces, (0.16, 0.5))
    level = np.maximum(rest, last)
    spread = np.maximum(rest - low, 1e-6) * level / np.maximum(rest, 1e-6)  # noise grows with it
    n_slack = int(np.ceil(slack_s * rate_hz))
    n_long = np.ceil((spans_s[:, 1] - spans_s[:, 0] + slack_s) * rate_hz).astype(np.int64)
    near = np.column_stack((onsets - n_slack, onsets + n_long))
    starts = np.clip(near[:, 0], 0, len(chin.microvolts) - 1)
    stops = np.clip(near[:, 1], starts + 1, len(chin.microvolts))
    peak = maxima(chin.microvolts, np.column_stack((starts, stops)))
    found: NDArray[np.bool_] = (peak - level >= parameters.chin_z * spread) & (peak > 0.0)
    return found
