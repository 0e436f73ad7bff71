"""What the signals themselves mean."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

_LOOK = "Look at the channel in EDFbrowser."

SIGNALS = Group(
    title="What the signals mean",
    explanations=(
        Explanation(
            code=Code.SHORT,
            title="The record is short",
            meaning="The record lasts less than 5 minutes, or not even one epoch of 30 s.",
            done="Refuses a record of less than an epoch. Of a longer one events are scored, but "
            "rates, shares and latencies of a night are not to be had from minutes.",
            repair="Look whether this is a test recording or a copy that was stopped early. "
            "Copy the whole night again.",
        ),
        Explanation(
            code=Code.LONG,
            title="The record is over a day long",
            meaning="The record lasts longer than 24 hours.",
            done="Scores all of it. Without marks of lights off and lights on, all of it counts as "
            "time in bed.",
            repair="Cut it into nights with EDFbrowser's tool 'Reduce signals, duration or "
            "samplerate', and score each by itself.",
        ),
        Explanation(
            code=Code.FLAT,
            title="No signal in the channel",
            meaning="The channel is a flat line: no electrode, a lead pulled, or an input that "
            "was switched off.",
            done="Does not score from the flat parts.",
            repair=f"{_LOOK} If another channel holds that signal, name it under "
            "[montage.labels]. Else check electrode, jack box and cable before the next night.",
        ),
        Explanation(
            code=Code.FROZEN,
            title="The recorder repeats itself",
            meaning="The same values come over and over: the recorder lost data and filled the "
            "gap with old ones.",
            done="Does not score from the repeated parts.",
            repair="Look at the times that the notice gives. Check the link to the recorder "
            "(wireless, network, disk), and export from the recorder's own memory if it has one.",
        ),
        Explanation(
            code=Code.CLIPPED,
            title="The signal hits its limits",
            meaning="Many samples sit at the ends of the channel's range, or at ends of their own "
            "within it, where the amplifier gave no more: peaks are cut off.",
            done="Does not score from the parts clipped at the ends of the range. An end within it "
            "is told, and the parts are scored.",
            repair=f"{_LOOK} Give the channel a wider physical range in the export, or lower the "
            "amplifier's gain for the next night.",
            standard="EDF, digital minimum and maximum",
        ),
        Explanation(
            code=Code.LEAD_OFF,
            title="An electrode was off",
            meaning="For part of the night the channel stood still at the limit of its range, or "
            "a leg showed the noise and hum of an open electrode.",
            done="Does not score from that part; rates count scorable time only.",
            repair=f"{_LOOK} Nothing can be won back; another derivation may hold the signal, "
            "and can be named under [montage.labels].",
        ),
        Explanation(
            code=Code.OFFSET,
            title="A large constant in the channel",
            meaning="The channel's signal lies far from zero, on a constant of millivolts.",
            done="Filters the constant out before it scores.",
            repair=f"{_LOOK} Nothing needs to be done when the signal swings freely. A constant "
            "near the end of the range clips: check the electrodes.",
        ),
        Explanation(
            code=Code.MAINS,
            title="Mains hum stands out",
            meaning="50 or 60 Hz and its multiples stand out of the signal.",
            done="Filters it where the rules allow, and tells how much there was.",
            repair="Impedances, reference electrode, grounding and chargers near the bed are the "
            "usual causes. Nothing needs to be done for this night.",
            standard="AASM manual v3, impedance of leg electrodes below 10 kOhm",
        ),
        Explanation(
            code=Code.IDENTICAL,
            title="Both legs carry one signal",
            meaning="The two leg channels hold the same samples: one input, exported twice.",
            done="Does not count one signal as two legs.",
            repair="Find the true second leg in the recorder and export again; check the jack "
            "box and the recording montage.",
            standard="AASM manual v3, each leg in a channel of its own",
        ),
        Explanation(
            code=Code.EEG_POLARITY,
            title="One EEG lead is turned",
            meaning="One EEG derivation is upside down against the others, or the header turns the "
            "range of the only one.",
            done="Tells it; no channel is turned in silence.",
            repair=f"{_LOOK} Check which electrode is subtracted from which (C4-M1, not M1-C4), "
            "and correct the recording montage or the rule under [montage.labels].",
            standard="EDF+ standard texts, polarity",
        ),
        Explanation(
            code=Code.UNIT_IMPLAUSIBLE,
            title="Amplitude does not fit the unit",
            meaning="The amplitude cannot be that of this signal in the stated unit, or is far "
            "from what adults have: a wrong unit or gain, or a lead that was off.",
            done="Leaves out what cannot be. What is only unlikely is staged, with the doubt at "
            "every number of the stages. Nothing is rescaled.",
            repair=f"{_LOOK} Where the unit is wrong, write the right one (uV, mV) as 'physical "
            "dimension' with EDFbrowser's header editor, on a copy.",
        ),
        Explanation(
            code=Code.NO_SIGNAL,
            title="Nothing to stage from in the channel",
            meaning="The channel is flat, saturated or missing in every epoch.",
            done="Leaves the channel out of the staging.",
            repair=f"{_LOOK} If another channel holds that signal, name it under [montage.labels].",
        ),
    ),
)
