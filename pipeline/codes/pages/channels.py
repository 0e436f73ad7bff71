"""Channels and the roles that they serve."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

_RULE = "'hypnic check' lists every label as the file spells it."

CHANNELS = Group(
    title="Channels and their roles",
    explanations=(
        Explanation(
            code=Code.AMBIGUOUS,
            title="Several channels fit one role",
            meaning="Two channels could serve one role, one channel could serve two, or labels "
            "hint at legs without saying which.",
            done="Leaves the role empty; nothing is guessed.",
            repair="Name the right channel under [montage.labels] in your settings, such as "
            f'leg_left = ["EMG LAT"]. {_RULE}',
        ),
        Explanation(
            code=Code.RATE_TOO_LOW,
            title="Sampled too slowly",
            meaning="The channel's sampling rate is too low for its role: under 50 Hz for any "
            "role, 80 Hz or less for automatic staging (montage.least_rate_hz, "
            "staging.quality.min_rate_hz).",
            done="Leaves the channel out of what it is too slow for.",
            repair="Nothing can be won back from this night. Set the recorder, or its export, to "
            "at least 200 Hz for EEG, EOG and EMG; 500 Hz is better.",
            standard="AASM manual v3, digital specifications for routine PSG recordings",
        ),
        Explanation(
            code=Code.PAIR_MISMATCH,
            title="Two electrodes cannot be subtracted",
            meaning="A lead needs two channels to be subtracted, and they differ in sampling "
            "rate, unit or length.",
            done="Does not make that lead.",
            repair="Export both electrodes with one rate and one unit, or name another channel "
            f"for the role under [montage.labels]. {_RULE}",
        ),
        Explanation(
            code=Code.CHANNEL_MISSING,
            title="A channel was not read",
            meaning="A lead asks for a channel that was not read from the file.",
            done="Refuses the study.",
            repair="Name another channel for the role under [montage.labels]. If no rule of yours "
            "names that channel, please report it.",
        ),
        Explanation(
            code=Code.NEEDS_DERIVATION,
            title="Electrodes without a reference",
            meaning="The file holds single electrodes (C4, M1), not leads (C4-M1), and hypnic "
            "cannot tell which to subtract from which.",
            done="Leaves the role empty; nothing is guessed.",
            repair=f'Give a rule under [montage.labels], such as eeg_c4 = ["C4 minus M1"]. {_RULE}',
            standard="AASM manual v3, recommended and acceptable EEG derivations",
        ),
        Explanation(
            code=Code.NO_EEG,
            title="No EEG to stage from",
            meaning="No channel serves as EEG, or none of those that do holds a usable signal.",
            done="Refuses the study. With a technician's scoring, goes on with its stages, "
            "without stage probabilities.",
            repair="Name the EEG channels under [montage.labels], or give the technician's "
            f"scoring. {_RULE}",
            standard="AASM manual v3, recommended and acceptable EEG derivations",
        ),
        Explanation(
            code=Code.NO_LEGS,
            title="No leg channel",
            meaning="No channel serves as a leg EMG.",
            done="Stages the night; leg movements and sleep starts are not available, which is "
            "not the same as 0.",
            repair="If the legs were recorded, name their channels under [montage.labels] as "
            f"leg_left and leg_right. {_RULE}",
            standard="AASM manual v3, both anterior tibialis muscles are recorded",
        ),
        Explanation(
            code=Code.ONE_LEG_LEAD,
            title="One leg only",
            meaning="Only one leg lead could be scored.",
            done="Scores it; sides and the synchrony of the legs are not available, and sleep "
            "starts are graded one lower.",
            repair="If the second leg was recorded, see why it was left out (hypnic check, the "
            "report's limits), and name its channel under [montage.labels].",
            standard="AASM manual v3, both legs are recorded, in channels of their own",
        ),
    ),
)
