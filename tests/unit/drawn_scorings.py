"""Small scorings in every text format, drawn for the tests."""

from __future__ import annotations

REMLOGIC = """RemLogic Event Export
Patient:\tNobody
Recording Date:\t01/02/2005

Events Included:
SLEEP-S0

Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation
W\tSupine\t23:59:00\tSLEEP-S0\t30\tROC-LOC
W\tSupine\t23:59:05\tLIGHTS-OFF\t0\t
S1\tSupine\t23:59:30\tSLEEP-S1\t30\tROC-LOC
S1\tSupine\t23:59:40\tPLM-LM\t1,5\tTIB Dx
S2\tSupine\t00:00:00\tSLEEP-S2\t30\tROC-LOC
S2\tSupine\t00:00:03\tPLM-RRLM\t0.8\tTIB Sx
S2\tSupine\t00:00:05\tPLM\t65\tTIB Dx
S2\tSupine\t00:00:06\tMCAP-A1\t6\tC4-A1
S2\tSupine\t00:00:07\tAROUSAL-PLM\t5\tC4-A1
S2\tSupine\t00:00:08\tREM\t1\tROC-LOC
S4\tSupine\t00:00:30\tSLEEP-S4\t30\tROC-LOC
R\tSupine\t00:01:00\tSLEEP-REM\t30\tROC-LOC
R\tSupine\t00:01:10\tAPNEA-MIXED\t12\tFlow
R\tSupine\t00:01:30\tSLEEP-MT\t30\tROC-LOC
R\tSupine\t00:02:00\tSLEEP-UNSCORED\t30\tROC-LOC
"""
DOMINO_STAGES = r"""Signal ID: SchlafProfil\profil
Start Time: 19.11.2020 23:59:30
Unit:
Signal Type: Discret
Events list: N3,N2,N1,Rem,Wach,Artefakt
Rate: 30 s

23:59:30,000; A
00:00:00,000; Wach
00:00:30,000; N1
00:01:00,000; N4
00:01:30,000; Rem
00:02:00,000; Bewegung
"""
DOMINO_AROUSALS = r"""Signal ID: KorrelationMA\MAK
Start Time: 19.11.2020 23:59:30
Unit: s
Signal Type: Impuls

23:59:59,500-00:00:06,000; 7;PLM Arousal (EEG)
00:00:40,000-00:00:44,000; 4;Respiratorisches Arousal
00:00:50,000-00:00:54,000; 4;LM Arousal (Autonom)
"""
DOMINO_LEGS = r"""Signal ID: PLM\plm
Start Time: 19.11.2020 23:59:30
Unit: s
Signal Type: Impuls

00:00:01,000-00:00:02,250; 1;I-Marker
00:00:31,000-00:00:32,000; 1;P-Marker
00:00:41,000-00:00:42,000; 1;LM Körperlage
"""
NOXTURNAL = """Heure de début,Heure de fin,Événement,Durée,
[],[],[],[s],
25/07/2018 23:59:30,26/07/2018 00:00:00,Éveil,30,
26/07/2018 00:00:00,26/07/2018 00:00:30,N1,30,
26/07/2018 00:00:10,26/07/2018 00:00:12,MJ,2.722,
26/07/2018 00:00:10,26/07/2018 00:01:40,PLM,90,
26/07/2018 00:00:15,26/07/2018 00:00:20,Micro-éveil,5.5,
26/07/2018 00:00:30,26/07/2018 00:01:00,REM,30,
26/07/2018 00:00:31,26/07/2018 00:00:45,A. Obstructive,14.1,
26/07/2018 00:00:40,26/07/2018 00:00:45,Désat,5,
"""
EVENT_CSV = """Start Time,Duration (seconds),Event
23:59:30, 30.000, Wake
00:00:00,30, Stage1
00:00:05,1.2, PLM - Periodic - 1
00:00:06,1.2,PLM - Isolated
00:00:15,3, * Arousal - PLM
00:00:15,12,Respiratory Event - Hypopnea - Desat 91.0 %
00:00:30,30,Sleep_stage_?
00:01:00,30, REM
00:01:10,70, PLM
00:01:30,0, LightsOn
"""
ALLSCORE = """23:59:41.00\tSTART RECORDING
23:59:41.13\tLIGHTS OUT
23:59:59.00\tSTAGE - N1
00:00:01.64\tLM - DUR: 0.7 SEC. - ISOLATED
00:00:29.00\tSTAGE - N2
00:00:33.93\tAROUSAL - DUR: 3.0 SEC. - SPONTANEOUS
00:00:34.47\tRESPIRATORY EVENT - DUR: 44.9 SEC. - HYPOPNEA - DESAT 91.6 %
00:01:59.00\tPAUSED
00:02:59.00\tRESUMED
00:03:59.00\tSTAGE - W
00:04:29.00\tLIGHTS ON
"""
SNOOZ = """group\tname\tstart_sec\tduration_sec\tchannels
stage\t0\t0.0\t30.0\t[]
stage\t1\t30.0\t30.0\t[]
stage\t5\t60.0\t30.0\t[]
stage\t9\t90.0\t30.0\t[]
plm\tLeg movement\t31.25\t1.5\t['EMG LAT']
"""
EVENTS_TSV = """onset\tduration\tstage\tscorer
0\t30\tW\tsomebody
30\t30\tN1\tsomebody
0\t30\tN1\tanother
30\t30\tN2\tanother
"""
TRIALS_TSV = """onset\tduration\ttrial_type\tchannel\tstage
0\tn/a\tLights off\tn/a\tW
12.5\t1.5\tLimb movement\tEMG LAT\tN1
14\t4\tEEG arousal\tn/a\tN1
"""
YASA_EVENTS = "epoch,onset,duration,value,description\n0,0.0,30.0,0,WAKE\n1,30.0,30.0,-1,ART\n"
WORDS = "WAKE\nN1\nN2\nREM\n"
LUNA = "SRO:Wake\nSRO:Stage1Sleep\nNREM4\nU\nL\nGAP\nStageW\nREM sleep\n"
LETTERS = "W\n1\n2\n4\nR\n?\n"
INTEGERS = "0\n1\n2\n4\n5\n"
YASA_CSV = "Epoch,Stage\n0,WAKE\n1,N1\n2,ART\n3,REM\n"
ELAN = "time_base 20\nsampling_period 1/20\nepoch_nb 3\nepoch_list\n0\n2\n5\n"

ALL = {
    "RemLogic text": (REMLOGIC,),
    "DOMINO text": (DOMINO_STAGES, DOMINO_AROUSALS, DOMINO_LEGS),
    "Noxturnal CSV": (NOXTURNAL,),
    "Natus or STAGES CSV": (EVENT_CSV,),
    "WSC allscore": (ALLSCORE,),
    "Snooz TSV": (SNOOZ,),
    "table with onset and duration": (EVENTS_TSV, TRIALS_TSV, YASA_EVENTS),
    "list of stages, Luna .eannot": (WORDS, LUNA, LETTERS, INTEGERS, YASA_CSV, ELAN),
}
"""Scorings by the title of their format in `pipeline.formats.texts`."""

OTHERS = (
    b'<?xml version="1.0"?><PSGAnnotation><ScoredEvents/></PSGAnnotation>',
    b"<CMPStudyConfig>\n<SleepStages>\n<SleepStage>0</SleepStage>\n</SleepStages>\n</CMPStudyConfig>",
    b"0       X X X X                       Startdate X X X X".ljust(256),
    b"# LM:left | limb movement\nclass\tinstance\tchannel\tstart\tstop\tmeta\nN1\t.\t.\t0\t30\t.\n",
    b"\x00\x58\x01\x00\x52\x31\x00\xec\x00\x00\x00\x00",
    b"slp01a 4 250 1800000 23:07:00 21/01/1989\n",
    b"",
    b"\n\n",
    b"Patient: somebody\nA letter of several lines\nwith N2 in it.\n",
    b"name,stage of disease\nsomebody,4\n",
)
"""Contents of other formats, and of none."""
