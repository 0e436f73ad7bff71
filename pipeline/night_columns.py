"""The columns of a night's tables: name, type, unit and meaning of each, in one place."""

from __future__ import annotations

from pipeline.columns import FLAG, REAL, TEXT, WHOLE, columns
from pipeline.hypnogram import SCORED
from pipeline.roles import Role

PROBABILITIES = tuple(f"p_{stage.name.lower()}" for stage in SCORED)

LEG_ROLES = (Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED)

_LEG_WORDS = {
    Role.LEG_LEFT: "the left leg",
    Role.LEG_RIGHT: "the right leg",
    Role.LEG_COMBINED: "both legs on one channel",
}
_STAGES = "W, N1, N2, N3, R, ? unscored, M movement time"
_SHARE = "0 to 1"
_ESTIMATES = tuple(
    (name, REAL, _SHARE, f"probability of {stage.name}; null: not estimated")
    for name, stage in zip(PROBABILITIES, SCORED, strict=True)
)

EPOCH_COLUMNS = columns(
    ("epoch", WHOLE, "", "number of the epoch, from 0"),
    ("onset_s", REAL, "s", "start of the epoch, from the start of the record"),
    ("duration_s", REAL, "s", "length of the epoch"),
    ("stage", TEXT, "", f"stage that everything counts by: {_STAGES}"),
    ("source", TEXT, "", "who staged: technician or auto"),
    ("automatic_stage", TEXT, "", "stage by the signals; null: no usable EEG"),
    *_ESTIMATES,
    *(
        (f"scorable_{role.value}_s", REAL, "s", f"scorable time of {words}; null: no such channel")
        for role, words in _LEG_WORDS.items()
    ),
)

EVENT_COLUMNS = columns(
    ("kind", TEXT, "", "sleep_start, leg_movement, arousal and others"),
    ("rule_set", TEXT, "", "rules and their version; technician:SOURCE: from a scoring file"),
    ("onset_s", REAL, "s", "onset, from the start of the record"),
    ("duration_s", REAL, "s", "from the onset to the end"),
    ("side", TEXT, "", "left, right, bilateral, unknown"),
    ("channel", TEXT, "", "label of the lead it was seen on; null: both legs together"),
    ("stage", TEXT, "", f"stage of the epoch that holds the onset: {_STAGES}"),
    ("stage_at_offset", TEXT, "", "stage of the epoch that holds the end"),
    *_ESTIMATES,
    ("is_ambiguous", FLAG, "", "the onset is near a stage change (tagging.ambiguous_s)"),
    ("amplitude_uv", REAL, "uV", "peak of the EMG's envelope"),
    ("rms_uv", REAL, "uV", "root mean square of the EMG"),
    ("area_uv_s", REAL, "uV s", "area of the envelope over rest"),
    ("rest_uv", REAL, "uV", "resting level of the EMG around it"),
    ("z", REAL, "", "robust z of the peak over rest"),
    ("grade", TEXT, "", "A, B or C of an accepted candidate sleep start; null for all others"),
    ("status", TEXT, "", "accepted or rejected"),
    ("reason", TEXT, "", "why a candidate was rejected; null: accepted"),
    ("is_both_legs", FLAG, "", "both legs within 100 ms; null: not available"),
    ("has_chin", FLAG, "", "chin EMG at the same time; null: not available"),
    ("isolation_s", REAL, "s", "time to the nearest other leg activity"),
    ("eeg_sign", TEXT, "", "vertex_wave, k_complex, arousal or none around it; null: no EEG"),
    ("heart_rate_rise_bpm", REAL, "/min", "mean heart rate in the 5 s after less the 10 s before"),
    ("imi_s", REAL, "s", "onset to onset from the previous movement of the rule set"),
    ("series", WHOLE, "", "number of the periodic series or train; null: in none"),
    ("n_parts", WHOLE, "", "movements of single legs that a combined one is made of"),
    ("is_clm", FLAG, "", "candidate leg movement by the rule set; null: it does not say"),
    ("is_plm", FLAG, "", "in a periodic series by the rule set; null: it does not say"),
    ("is_plm_nr", FLAG, "", "the same once respiratory-related movements are removed"),
    ("is_respiratory", FLAG, "", "respiratory-related; null: not scored"),
    ("has_arousal", FLAG, "", "with an arousal by the rule set; null: arousals were not scored"),
    ("stability", REAL, _SHARE, "share of the detector's settings that keep it; null: not tried"),
    ("threshold_excess", REAL, "", "band power over the threshold, a factor; automatic arousals"),
    ("confidence", REAL, _SHARE, "how likely an automatic arousal is one; null for all others"),
    ("arousal_order", TEXT, "", "arousal_first, simultaneous, jerk_first, none, not_scorable"),
    ("arousal_latency_s", REAL, "s", "onset of the arousal less that of the event"),
    ("is_followed_by_wake", FLAG, "", "wake begins within 30 s; null: the onset is not in sleep"),
    ("descent", WHOLE, "", "number of the descent that holds the onset; null: none"),
    ("since_descent_s", REAL, "s", "time since that descent began"),
    ("descent_outcome", TEXT, "", "what became of that descent, as descents.outcome"),
    ("to_outcome_s", REAL, "s", "time from the onset to that outcome"),
    ("to_n2_s", REAL, "s", "time from the onset to N2; null: something else came first"),
    ("depth_before", REAL, "0 to 2", "mean p_n2 + 2 p_n3 from 35 to 5 s before the onset"),
    ("depth_after", REAL, "0 to 2", "the same from 5 to 35 s after the onset"),
    ("depth_drop", REAL, "-2 to 2", "depth before less depth after: positive is lighter sleep"),
    ("is_followed_by_lighter", FLAG, "", "a lighter stage begins within 30 s; null: not known"),
)

DESCENT_COLUMNS = columns(
    ("descent", WHOLE, "", "number of the attempt to fall asleep, from 1"),
    ("start_s", REAL, "s", "first epoch of N1 or N2 after wake, from the start of the record"),
    ("end_s", REAL, "s", "when the outcome came, from the start of the record"),
    ("outcome", TEXT, "", "n2, wake, r; end: cut off by lights on or an unscored stretch"),
    ("n1_s", REAL, "s", "time in N1 before the outcome"),
    ("to_n2_s", REAL, "s", "time from the start to N2; null: N2 was not reached"),
    ("to_n3_s", REAL, "s", "time from the start to N3; null: N3 was not reached"),
    ("n_jerks", WHOLE, "", "candidate sleep starts of the leading grades; null: no scorable leg"),
    ("is_aborted_by_jerk", FLAG, "", "it ended in wake soon after a jerk; null: no scorable leg"),
)
