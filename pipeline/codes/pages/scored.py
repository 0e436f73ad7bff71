"""Staging, legs and lights."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

SCORED = Group(
    title="Staging, legs and lights",
    explanations=(
        Explanation(
            code=Code.STAGED_WITHOUT,
            title="Staged without EOG or chin EMG",
            meaning="The automatic stages had no usable EOG, chin EMG or both.",
            done="Stages with the models that do without them; R and N1 are less certain.",
            repair="If they were recorded, see with 'hypnic check' why they serve no role, and "
            "name them under [montage.labels].",
            standard="Vallat and Walker 2021, doi 10.7554/eLife.70092",
        ),
        Explanation(
            code=Code.STAGING_SHORT,
            title="Too little was staged",
            meaning="Less than 5 minutes were staged (staging.reliable_min).",
            done="Gives the stages all the same; the models were made for whole nights.",
            repair="Do not rely on these stages; score the record by eye.",
            standard="Vallat and Walker 2021, doi 10.7554/eLife.70092",
        ),
        Explanation(
            code=Code.EPOCHS_WITHOUT_EEG,
            title="Epochs without EEG",
            meaning="In some epochs no EEG derivation holds a signal.",
            done="Leaves these epochs unscored; they count neither as wake nor as sleep.",
            repair="Look at these times in the report's hypnogram. A further EEG channel named "
            "under [montage.labels] may fill them.",
        ),
        Explanation(
            code=Code.EPOCHS_OUTVOTED,
            title="A derivation left out of some epochs",
            meaning="In many epochs one EEG or EOG lead is far louder or quieter than the other "
            "leads of its kind: an electrode that pops, sways, or has come off.",
            done="Stages these epochs by the other leads; the report tells how many epochs each "
            "lead has lost.",
            repair="Nothing for this night. Check that electrode before the next one.",
        ),
        Explanation(
            code=Code.LEG_NOT_SCORABLE,
            title="A leg cannot be scored",
            meaning="A leg channel cannot carry the rules: too slow, too coarse, too short, "
            "without values, the copy of the other leg, or without a usable stretch.",
            done="Leaves that leg out; its numbers are not available, which is not 0.",
            repair="The notice gives the reason. Check the electrode, and the export's rate, unit "
            "and range, before the next night.",
            standard="AASM manual v3, leg EMG; WASM 2016, doi 10.1016/j.sleep.2016.10.010",
        ),
        Explanation(
            code=Code.LEG_BELOW_AASM_MINIMUM,
            title="Leg EMG below the AASM minimum",
            meaning="The leg channel is sampled below 200 Hz, or the recorder's low-pass lies "
            "under 80 Hz and takes much of the band from 10 to 100 Hz away.",
            done="Scores the leg; amplitudes read low, and sleep starts are judged by how far "
            "they stand out of rest rather than by microvolts, and graded one lower.",
            repair="Set the recorder to 200 Hz or more, better 500 Hz, and the low-pass for EMG "
            "to 100 Hz.",
            standard="AASM manual v3, digital specifications, EMG",
        ),
        Explanation(
            code=Code.LEG_PARTLY_SCORABLE,
            title="A leg was scored for part of the night",
            meaning="Less of the night than night.least_scorable_share could be scored on a leg.",
            done="Scores the rest; rates count scorable time only.",
            repair="Look at the leg in EDFbrowser at the times that the report shows as not "
            "scorable. Fasten leg electrodes with tape and a loop of cable.",
        ),
        Explanation(
            code=Code.ECG_UNUSABLE,
            title="ECG without a regular beat",
            meaning="No regular heart beat was found in the ECG channel.",
            done="Does not use it. The heart is taken out of the leg signals only where they show "
            "it clearly themselves (HEART_FROM_LEGS).",
            repair="Look whether the channel is an ECG at all; if not, name the right one under "
            "[montage.labels].",
        ),
        Explanation(
            code=Code.HEART_FROM_LEGS,
            title="The heart was found in the legs",
            meaning="The study has no usable ECG, but a leg shows spikes that come as regularly as "
            "a heart beats all over the night.",
            done="Takes them away where they are over 2 uV. The heart rate around leg events is "
            "not judged from them: where a leg moves, they cannot be seen.",
            repair="Record an ECG channel; if the study has one, name it under [montage.labels]. "
            "Look at the leg electrodes: a small distance between them keeps the heart out.",
        ),
        Explanation(
            code=Code.HEART_LEFT_IN_LEG,
            title="A leg may hold the heart",
            meaning="The study has no usable ECG, and a leg repeats itself at the rate of a heart "
            "all over the night, too weakly for single beats to be told.",
            done="Scores the leg as it is. Bursts of a few microvolts may be beats.",
            repair="Look at the leg in EDFbrowser at high gain. Record an ECG channel, so that it "
            "can be taken out; if the study has one, name it under [montage.labels].",
        ),
        Explanation(
            code=Code.TRAINS_IMPLAUSIBLE,
            title="Leg trains fill too much of the night",
            meaning="Regular trains of leg bursts last longer in all than legs do "
            "(night.most_train_min): likely the heart or another regular artefact.",
            done="Keeps them as trains and counts no sleep start within them.",
            repair="Look at the legs beside the ECG in EDFbrowser. If the bursts follow the "
            "heart, record an ECG channel, so that it can be taken out.",
        ),
        Explanation(
            code=Code.LIGHTS,
            title="Lights marked more than once",
            meaning="There are several marks of lights off or of lights on.",
            done="Uses the first lights off and the last lights on.",
            repair="If the patient was up in between, nothing needs to be done. Else remove the "
            "wrong mark in the scoring program, and run the study again.",
        ),
        Explanation(
            code=Code.LIGHTS_ORDER,
            title="Lights leave no time in bed",
            meaning="Lights on comes before lights off, or less than an epoch after it.",
            done="Takes the whole record for the time in bed.",
            repair="Correct the marks in the scoring program and run the study again: latencies "
            "and efficiency depend on them.",
        ),
        Explanation(
            code=Code.LIGHTS_ASSUMED,
            title="Lights are not marked",
            meaning="Lights off, lights on or both are not marked in the scoring.",
            done="Takes the start or the end of the record for what is not marked, so latencies "
            "count from the record's start.",
            repair="Mark lights off and lights on in the scoring program and export it again; "
            "'hypnic compare' also takes --lights-off-s.",
        ),
        Explanation(
            code=Code.IDENTIFIED,
            title="Report names its study",
            meaning="The report was asked for with --identified (report.identified): it shows the "
            "name of the study's file and when the recording began.",
            done="Writes both into the report and nowhere else, and a line into identified.tsv in "
            "hypnic's own folder: when, who, which study key.",
            repair="Run it without --identified for a report that may leave the lab.",
        ),
    ),
)
