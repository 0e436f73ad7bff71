"""Scorings in the XML of the NSRR, of Profusion and of Philips."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats import nsrr_xml, philips_rml, profusion_xml
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.hypnogram import Stage

START = dt.datetime.fromisoformat("2024-05-06T22:00:00")
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE PSGAnnotation [<!ENTITY a "{}">{}]><PSGAnnotation>{}'


def nsrr(*events: tuple[str, str, float, float], head: str = "") -> bytes:
    """An NSRR file: type, concept, start, duration."""
    rows = "".join(
        f"<ScoredEvent><EventType>{kind}</EventType><EventConcept>{concept}</EventConcept>"
        f"<Start>{start}</Start><Duration>{duration}</Duration></ScoredEvent>"
        for kind, concept, start, duration in events
    )
    return (
        "<PSGAnnotation><SoftwareVersion>Compumedics</SoftwareVersion><EpochLength>30</EpochLength>"
        f"<ScoredEvents>{head}{rows}</ScoredEvents></PSGAnnotation>"
    ).encode()


def profusion(stages: str, events: str = "", *, before: str = "", after: str = "") -> bytes:
    """A Profusion file; stages as codes with blanks between them."""
    codes = "".join(f"<SleepStage>{code}</SleepStage>" for code in stages.split())
    return (
        f"<CMPStudyConfig>{before}<EpochLength>30</EpochLength>"
        f"<ScoredEvents>{events}</ScoredEvents><SleepStages>{codes}</SleepStages>{after}"
        "</CMPStudyConfig>"
    ).encode()


def rml(user: str = "", machine: str = "", events: str = "", duration: int = 120) -> bytes:
    """A Philips file; stages as ``Type@start`` with blanks between them."""

    def staging(tag: str, drawn: str) -> str:
        rows = "".join(
            f'<Stage Type="{x.split("@")[0]}" Start="{x.split("@")[1]}"/>' for x in drawn.split()
        )
        return f"<{tag}><NeuroAdultAASMStaging>{rows}</NeuroAdultAASMStaging></{tag}>"

    stagings = (staging("UserStaging", user) if user else "") + (
        staging("MachineStaging", machine) if machine else ""
    )
    return (
        '<PatientStudy xmlns="http://www.respironics.com/PatientStudy.xsd"><Acquisition><Sessions>'
        "<Session><RecordingStart>2024-05-06T22:00:00</RecordingStart>"
        f"<Duration>{duration}</Duration></Session></Sessions></Acquisition>"
        f"<ScoringData><Events>{events}</Events><StagingData>{stagings}</StagingData>"
        "</ScoringData></PatientStudy>"
    ).encode()


def drawn(file: ScoringFile, duration_s: float = 120.0) -> str:
    hypnogram = assemble(file, StudyFrame(duration_s=duration_s)).hypnogram
    assert hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in hypnogram.stages)


def codes(file: ScoringFile, duration_s: float = 120.0) -> set[str]:
    frame = StudyFrame(duration_s=duration_s, start=START, is_dated=True)
    return {n.code.value for n in assemble(file, frame).notices}


def mark(kind: str, concept: str) -> Mark:
    (file,) = nsrr_xml.parse(nsrr((kind, concept, 10.0, 3.0)))
    (found,) = file.marks
    return found


@pytest.mark.parametrize(
    ("concept", "letter"),
    [
        ("Wake|0", "W"),
        ("Stage 1 sleep|1", "1"),
        ("Stage 2 sleep|2", "2"),
        ("Stage 3 sleep|3", "3"),
        ("Stage 4 sleep|4", "3"),
        ("REM sleep|5", "R"),
        ("Movement|6", "M"),
        ("Unscored|9", "?"),
        ("Artifact|10", "?"),
        ("Stage 1 sleep  |1 ", "1"),
    ],
)
def test_nsrr_stages_and_nine_is_not_wake(concept: str, letter: str) -> None:
    (file,) = nsrr_xml.parse(nsrr(("Stages|Stages", concept, 0, 30)))
    assert drawn(file, 30.0) == letter


def test_nsrr_merged_stages_are_spread_over_their_epochs() -> None:
    rows = [("Stages|Stages", "Wake|0", 0, 60.0), ("Stages|Stages", "Stage 2 sleep|2", 60, 60)]
    (file,) = nsrr_xml.parse(nsrr(*rows))
    assert drawn(file) == "WW22"
    assert codes(file) == set()


def test_nsrr_a_missing_last_stage_is_unscored_and_told() -> None:
    (file,) = nsrr_xml.parse(nsrr(("Stages|Stages", "Wake|0", 0, 90)))
    assert drawn(file) == "WWW?"
    assert codes(file) == {"HYPNOGRAM_SHORTER"}


def test_nsrr_stage_four_is_told() -> None:
    (file,) = nsrr_xml.parse(nsrr(("Stages|Stages", "Stage 4 sleep|4", 0, 120)))
    assert codes(file) == {"HYPNOGRAM_RK"}


@pytest.mark.parametrize(
    ("concept", "kind", "side"),
    [
        ("Limb movement - left|Limb Movement (Left)", "limb_movement", Side.LEFT),
        ("Limb movement - right|Limb Movement (Right)", "limb_movement", Side.RIGHT),
        ("Periodic leg movement - left|PLM (Left)", "plm", Side.LEFT),
        ("Periodic leg movement - right|PLM (Right)", "plm", Side.RIGHT),
        ("Leg movement|PLM-LM", "limb_movement", Side.UNKNOWN),
        ("Respiratory related leg movement|PLM-RRLM", "limb_movement", Side.UNKNOWN),
        ("Limb movement - left   |Limb Movement (Left)", "limb_movement", Side.LEFT),
    ],
)
def test_nsrr_limb_movements(concept: str, kind: str, side: Side) -> None:
    found = mark("Limb Movement|Limb Movement", concept)
    assert (found.kind.value, found.side) == (kind, side)


@pytest.mark.parametrize(
    "concept",
    [
        "Arousal|Arousal (Standard)",
        "Arousal|Arousal ()",
        "ASDA arousal|Arousal (ASDA)",
        "ADSA arousal|Arousal (ADSA)",
        "Arousal resulting from periodic leg movement|Arousal (PLM ARO)",
        "Arousal resulting from respiratory effort|Arousal (ARO RES)",
        "Spontaneous arousal |Arousal (ARO SPONT)",
        "Arousal|Arousal (ARO Limb)",
        "Arousal|Arousal (Limb)",
    ],
)
def test_nsrr_arousals(concept: str) -> None:
    assert mark("Arousals|Arousals", concept).kind is MarkKind.AROUSAL


def test_nsrr_a_respiratory_effort_related_arousal_is_respiratory() -> None:
    kind = mark("Respiratory|Respiratory", "Respiratory effort related arousal|RERA").kind
    assert kind is MarkKind.RESPIRATORY


def test_nsrr_the_clock_time_of_the_start_places_the_file() -> None:
    head = (
        "<ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start>"
        "<Duration>120</Duration><ClockTime>00.00.00 22.00.30</ClockTime></ScoredEvent>"
    )
    (file,) = nsrr_xml.parse(nsrr(("Stages|Stages", "REM sleep|5", 0, 30), head=head))
    scoring = assemble(file, StudyFrame(duration_s=90.0, start=START, is_dated=True))
    assert scoring.hypnogram is not None
    assert scoring.hypnogram.stage_at(30.0) is Stage.R
    assert "SCORING_MOVED" in {n.code for n in scoring.notices}


def test_nsrr_an_event_without_a_start_is_left_out_and_told() -> None:
    content = nsrr(("Stages|Stages", "Wake|0", 0, 120)).replace(b"<Start>0<", b"<Start>x<", 1)
    (file,) = nsrr_xml.parse(content)
    assert file.marks == ()
    assert [n.code.value for n in file.notices] == ["SCORING_ROWS"]


@pytest.mark.parametrize("start", ["nan", "inf", "1e300", "-inf"])
def test_nsrr_an_impossible_start_is_left_out(start: str) -> None:
    content = nsrr(("Stages|Stages", "Wake|0", 0, 120)).replace(
        b"<Start>0<", f"<Start>{start}<".encode(), 1
    )
    assert nsrr_xml.parse(content)[0].marks == ()


def test_profusion_stages_by_code_four_and_five_and_nine() -> None:
    (file,) = profusion_xml.parse(profusion("0 1 2 3 4 5 6 9 10"))
    assert drawn(file, 270.0) == "W1233RM??"
    assert "HYPNOGRAM_RK" in codes(file, 270.0)


def test_profusion_is_read_by_tag_name_wherever_the_tags_stand() -> None:
    (plain,) = profusion_xml.parse(profusion("0 2 2 5"))
    (other,) = profusion_xml.parse(
        profusion("0 2 2 5", before="<StepChannels/><Montage><Stage>7</Stage></Montage>")
    )
    assert drawn(plain) == drawn(other) == "W22R"


def test_profusion_epoch_length_is_the_files() -> None:
    content = profusion("0 0 2 2 5 5").replace(b">30<", b">20<")
    (file,) = profusion_xml.parse(content)
    assert drawn(file) == "WW22RR"
    assert codes(file) == {"HYPNOGRAM_20S"}


def test_profusion_events_with_their_leads() -> None:
    events = (
        "<ScoredEvent><Name>PLM (Left)</Name><Start>31.5</Start><Duration>1.25</Duration>"
        "<Input>L Leg</Input></ScoredEvent>"
        "<ScoredEvent><Name>Obstructive Apnea</Name><Start>40</Start><Duration>12</Duration>"
        "</ScoredEvent>"
    )
    (file,) = profusion_xml.parse(profusion("0 0 0 0", events))
    scoring = assemble(file, StudyFrame(duration_s=120.0))
    (movement,) = scoring.movements or ()
    assert (movement.onset_s, movement.duration_s, movement.side) == (31.5, 1.25, Side.LEFT)
    assert (movement.channel, movement.is_plm) == ("L Leg", True)
    assert movement.rule_set == "technician:profusion"
    assert len(scoring.respiratory or ()) == 1


@pytest.mark.parametrize("code", ["7", "W", "", "-1"])
def test_profusion_an_unknown_code_is_refused_with_its_place(code: str) -> None:
    content = profusion("0 0").replace(
        b"</SleepStages>", f"<SleepStage>{code}</SleepStage></SleepStages>".encode()
    )
    with pytest.raises(ScoringError, match=r"SCORING_SYNTAX.*SleepStage 3"):
        profusion_xml.parse(content)


@pytest.mark.parametrize("length", ["0.001", "0", "-30", "3600"])
def test_profusion_an_impossible_epoch_length_is_refused(length: str) -> None:
    with pytest.raises(ScoringError, match="length of its epochs"):
        profusion_xml.parse(profusion("0").replace(b">30<", f">{length}<".encode()))


def test_rml_stages_are_change_points_until_the_end_of_the_session() -> None:
    (file,) = philips_rml.parse(rml(user="Wake@0 NonREM1@30 NonREM3@60"))
    assert drawn(file) == "W133"
    assert codes(file) == set()


def test_rml_a_change_point_at_the_very_end_is_no_stage() -> None:
    (file,) = philips_rml.parse(rml(user="Wake@0 REM@90 Wake@120"))
    assert drawn(file) == "WWWR"
    assert codes(file) == set()


def test_rml_not_scored_is_not_wake() -> None:
    (file,) = philips_rml.parse(rml(user="NotScored@0 NonREM2@60"))
    assert drawn(file) == "??22"


def test_rml_user_and_machine_are_two_scorers_and_the_user_comes_first() -> None:
    files = philips_rml.parse(rml(user="Wake@0", machine="NonREM2@0"))
    assert [(f.source, drawn(f)) for f in files] == [
        ("rml:user", "WWWW"),
        ("rml:machine", "2222"),
    ]


def test_rml_a_machines_scoring_alone_is_used_and_told() -> None:
    (file,) = philips_rml.parse(rml(machine="NonREM2@0"))
    assert file.source == "rml:machine"
    assert "SCORERS" in codes(file)


@pytest.mark.parametrize(
    ("family", "name", "kind"),
    [
        ("Respiratory", "ObstructiveApnea", "respiratory"),
        ("Respiratory", "Hypopnea", "respiratory"),
        ("Neuro", "Arousal", "arousal"),
        ("LegMovement", "LegMovement", "limb_movement"),
        ("LegMovement", "PeriodicLegMovement", "plm"),
        ("Cardiac", "Bradycardia", "known"),
        ("Strange", "Thing", "unknown"),
    ],
)
def test_rml_events(family: str, name: str, kind: str) -> None:
    event = f'<Event Family="{family}" Type="{name}" Start="31.5" Duration="4"/>'
    (file,) = philips_rml.parse(rml(user="Wake@0", events=event))
    assert (file.marks[-1].kind.value, file.marks[-1].onset_s) == (kind, 31.5)


def test_rml_the_start_of_the_session_places_the_file() -> None:
    (file,) = philips_rml.parse(rml(user="Wake@0"))
    assert file.start == START


@pytest.mark.parametrize(
    "content",
    [
        DOCTYPE.format("x", "", "</PSGAnnotation>"),
        DOCTYPE.format("x", '<!ENTITY b SYSTEM "file:///etc/passwd">', "&b;</PSGAnnotation>"),
        '<!DOCTYPE PSGAnnotation SYSTEM "http://example.org/x.dtd"><PSGAnnotation/>',
    ],
)
def test_a_document_type_is_refused_and_never_followed(content: str) -> None:
    assert nsrr_xml.looks_like(content.encode())
    with pytest.raises(ScoringError, match="document type"):
        nsrr_xml.parse(content.encode())


def test_a_billion_laughs_are_refused_at_once() -> None:
    levels = "".join(
        f'<!ENTITY l{n} "{"&" if n else ""}{f"l{n - 1};" * 10 if n else "lol"}">' for n in range(12)
    )
    content = DOCTYPE.format("x", levels, "&l11;</PSGAnnotation>").encode()
    with pytest.raises(ScoringError, match="document type"):
        nsrr_xml.parse(content)


@pytest.mark.parametrize(
    "content",
    [
        b"<PSGAnnotation><ScoredEvents>",
        b"<PSGAnnotation>\x00</PSGAnnotation>",
        b"<PSGAnnotation",
    ],
)
def test_broken_xml_is_refused_with_its_line(content: bytes) -> None:
    with pytest.raises(ScoringError, match=r"SCORING_SYNTAX.*line 1"):
        nsrr_xml.parse(content)


def test_endless_depth_is_refused() -> None:
    with pytest.raises(ScoringError, match="nested"):
        nsrr_xml.parse(b"<PSGAnnotation>" + b"<a>" * 10_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_xml_in_other_encodings_is_read(encoding: str) -> None:
    name = {"utf-8-sig": "utf-8", "latin-1": "iso-8859-1"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?>' + profusion("0 2").decode()
    content = text.encode(encoding)
    assert profusion_xml.looks_like(content)
    assert drawn(profusion_xml.parse(content)[0], 60.0) == "W2"


def test_the_three_kinds_of_xml_are_told_apart() -> None:
    contents = [nsrr(), profusion("0"), rml(user="Wake@0")]
    formats = (nsrr_xml, profusion_xml, philips_rml)
    seen = [[f.looks_like(content) for f in formats] for content in contents]
    assert seen == [[True, False, False], [False, True, False], [False, False, True]]


@pytest.mark.parametrize("text", ["00.00.00 22.01.00", "1/1/1985 10:01:00 PM", "22:01:00"])
def test_the_clock_of_nsrr_is_read_in_every_spelling(text: str) -> None:
    content = nsrr(("Stages|Stages", "Wake|0", 0, 60))
    start = (
        "<ScoredEvents><ScoredEvent><EventConcept>Recording Start Time</EventConcept>"
        f"<Start>0</Start><ClockTime>{text}</ClockTime></ScoredEvent>"
    )
    (file,) = nsrr_xml.parse(content.replace(b"<ScoredEvents>", start.encode()))
    assert file.clock == dt.time(22, 1)


def test_a_clock_of_nsrr_that_cannot_be_read_is_told() -> None:
    content = nsrr(("Stages|Stages", "Wake|0", 0, 60))
    start = (
        b"<ScoredEvents><ScoredEvent><EventConcept>Recording Start Time</EventConcept>"
        b"<Start>0</Start><ClockTime>late</ClockTime></ScoredEvent>"
    )
    (file,) = nsrr_xml.parse(content.replace(b"<ScoredEvents>", start))
    assert "SCORING_START_UNKNOWN" in codes(file)


def test_xml_that_is_not_utf_8_is_read_and_told() -> None:
    content = nsrr(("Stages|Stages", "Wake|0", 0, 60), ("", "Müde|Müde", 3, 1))
    western = content.decode("utf-8").encode("cp1252")
    (file,) = nsrr_xml.parse(western)
    assert [mark.text for mark in file.marks][-1] == "Müde"
    assert "SCORING_ENCODING" in codes(file)
    declared = b'<?xml version="1.0" encoding="windows-1252"?>' + western
    assert "SCORING_ENCODING" not in codes(nsrr_xml.parse(declared)[0])


def test_lights_of_a_philips_session_arrive() -> None:
    lights = b"<LightsOff>15</LightsOff><LightsOn>110</LightsOn></Session>"
    (file,) = philips_rml.parse(rml(user="Wake@0").replace(b"</Session>", lights))
    scoring = assemble(file, StudyFrame(duration_s=120.0))
    assert (scoring.lights_off_s, scoring.lights_on_s) == (15.0, 110.0)


def test_a_leg_movement_of_philips_is_on_the_leg_of_its_signal() -> None:
    event = (
        '<Event Family="Limb" Type="LegMovement" Start="31" Duration="1">'
        '<LegMovement EdfSignal="7"/></Event>'
    )
    channels = (
        b'<ChannelConfig><Channels><Channel EdfSignal="7"><Label>Bein li</Label></Channel>'
        b"</Channels></ChannelConfig><Acquisition>"
    )
    content = rml(user="Wake@0", events=event).replace(b"<Acquisition>", channels)
    scoring = assemble(philips_rml.parse(content)[0], StudyFrame(duration_s=120.0))
    assert [event.side for event in scoring.movements or ()] == [Side.LEFT]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (rml(user="Wake@0 Asleep@30"), "UNKNOWN_TEXT"),
        (rml(user="Wake@0").replace(b"2024-05-06T", b"06.05.2024 "), "SCORING_START_UNKNOWN"),
        (rml(user="Wake@0").replace(b"</Sessions>", b"<Session/></Sessions>"), "SCORING_START"),
    ],
)
def test_what_is_doubtful_in_a_philips_file_is_told(content: bytes, code: str) -> None:
    (file,) = philips_rml.parse(content)
    assert any(found.startswith(code) for found in codes(file))


def test_lights_of_profusion_that_are_no_seconds_are_told() -> None:
    content = profusion("0 1").replace(
        b"<SleepStages>", b"<LightsOff>22:00</LightsOff><SleepStages>"
    )
    assert "SCORING_ROWS" in codes(profusion_xml.parse(content)[0])
