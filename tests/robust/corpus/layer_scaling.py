"""Layers scaling and unit: physical and digital ranges, spellings of the unit."""

from __future__ import annotations

from dataclasses import replace

from tests.robust.corpus.case import Case, exact, refuse, warn
from tests.robust.corpus.drawn import BDF, PLAIN, with_leg
from tests.unit.edf_bytes import Signal, Study

LOW, HIGH = "signal 2, physical minimum", "signal 2, physical maximum"
FIRST, LAST = "signal 2, digital minimum", "signal 2, digital maximum"


def physical() -> list[Case]:
    """Give physical ranges."""
    bad = {"blank": "", "text": "low", "nan": "nan", "inf": "-inf", "two_points": "-8.0.0"}
    bad |= {"overflow": "-1e999", "unit": "-800 uV", "two_commas": "-8,0,0", "dash": "-"}
    oddly = [
        ("exponent", "-8.00e2", "8.00E+2"),
        ("plus", "-800", "+800"),
        ("point", "-800.", "800."),
    ]
    return [
        *[
            refuse(f"s_phys_{n}", "HEADER_NUMBER", LOW, f"{c!r}", with_leg(physical=(c, "800")))
            for n, c in bad.items()
        ],
        refuse("s_phys_max_inf", "HEADER_NUMBER", HIGH, "inf", with_leg(physical=("-1", "inf"))),
        *[exact(f"s_phys_{n}", f"{a} to {b}", with_leg(physical=(a, b))) for n, a, b in oddly],
        exact("s_phys_inverted", "800 to -800: legal", with_leg(physical=("800", "-800"))),
        exact("s_phys_tiny", "a gain of 1e-9", with_leg(physical=("-3e-5", "3e-5"))),
        exact("s_phys_offset", "a range far from 0", with_leg(physical=("1000", "1001"))),
        *[
            warn(
                f"s_phys_comma_{n}",
                "HEADER_NUMBER",
                f"{a} to {b}",
                with_leg(physical=(a, b)),
                means=with_leg(physical=(a.replace(",", "."), b.replace(",", "."))),
            )
            for n, a, b in (("both", "-3276,8", "3276,7"), ("one", "-800", "799,5"))
        ],
        *[
            warn(f"s_phys_equal_{n}", "PHYS_RANGE", f"{c} to {c}", with_leg(physical=(c, c)))
            for n, c in (("0", "0"), ("1", "1"), ("m800", "-800"))
        ],
        warn(
            "s_phys_narrow",
            "PHYS_RANGE",
            "a range narrower than any gain",
            with_leg(physical=("-1e-320", "1e-320")),
            means=with_leg(physical=("0", "0")),
        ),
        warn(
            "s_phys_wide",
            "PHYS_RANGE",
            "a range wider than any number",
            with_leg(physical=("-1.7e308", "1.7e308")),
            means=with_leg(physical=("0", "0")),
        ),
    ]


def digital() -> list[Case]:
    """Give digital ranges, and samples that leave them."""
    bad = {"blank": "", "text": "low", "nan": "nan", "half": "-2048.5", "inf": "-inf"}
    clipped = (2047, -2048, 2047, 2047) * 30
    outside = (30000, -30000, 5, 0) * 30
    narrow = ("-2048", "2047")
    return [
        *[
            refuse(f"s_dig_{n}", "HEADER_NUMBER", FIRST, f"{c!r}", with_leg(digital_range=(c, "9")))
            for n, c in bad.items()
        ],
        refuse("s_dig_max_text", "HEADER_NUMBER", LAST, "x", with_leg(digital_range=("0", "x"))),
        *[
            warn(
                f"s_dig_{n}",
                "HEADER_NUMBER",
                f"{c!r}",
                with_leg(digital_range=(c, "32767")),
                means=PLAIN,
            )
            for n, c in (("float", "-32768.0"), ("exponent", "-32768E0"), ("comma", "-32768."))
        ],
        *[
            warn(
                f"s_dig_equal_{c}",
                "DIG_RANGE",
                f"{c} to {c}",
                with_leg(digital_range=(c, c)),
                also=["OUT_OF_RANGE"],
            )
            for c in ("0", "32767")
        ],
        warn(
            "s_dig_swapped",
            "DIG_RANGE",
            "digital minimum over maximum: taken literally",
            with_leg(digital_range=("32767", "-32768")),
        ),
        warn(
            "s_dig_and_phys_swapped",
            "DIG_RANGE",
            "both ranges swapped: taken literally, the polarity is kept",
            with_leg(digital_range=("32767", "-32768"), physical=("800", "-800")),
        ),
        warn(
            "s_dig_wide",
            "DIG_RANGE",
            "a range wider than 16 bits",
            with_leg(digital_range=("-40000", "40000")),
        ),
        warn(
            "s_dig_wide_bdf",
            "DIG_RANGE",
            "a range wider than 24 bits",
            with_leg(BDF, digital_range=("-9999999", "9999999")),
            suffix=".bdf",
        ),
        warn(
            "s_outside",
            "OUT_OF_RANGE",
            "samples outside of the declared range",
            with_leg(digital=outside, digital_range=narrow),
        ),
        warn(
            "s_outside_by_one",
            "OUT_OF_RANGE",
            "one sample one step outside",
            with_leg(digital=(2048, *clipped[1:]), digital_range=narrow),
        ),
        exact("s_clipped", "at the rails", with_leg(digital=clipped, digital_range=narrow)),
        exact("s_dig_plus", "'+2047'", with_leg(digital=clipped, digital_range=("-2048", "+2047"))),
        exact("s_extremes", "all 16 bits", with_leg(digital=(-32768, 32767, -1, 0) * 30)),
        exact(
            "s_extremes_bdf",
            "all 24 bits",
            with_leg(BDF, digital=(-8388608, 8388607, -1, 0) * 30),
            suffix=".bdf",
        ),
        warn(
            "s_nul_number",
            "NUL_PADDING",
            "a number padded with NUL",
            with_leg(physical=(b"-800" + bytes(4), "800")),
            means=PLAIN,
        ),
    ]


def units() -> list[Case]:
    """Give spellings of the unit; what is not certain has no scale."""
    legal = ["uV", "mV", "V", "nV"]
    other = ["%", "bpm", "degC", "cmH2O", "L/min"]
    encoded: dict[str, bytes] = {
        "latin1": b"\xb5V", "utf8": b"\xc2\xb5V", "greek": b"\xce\xbcV", "sjis": b"\x83\xcaV",
        "cp437": b"\xe6V", "gbk": b"\xa6\xccV",
        "euckr": b"\xa5\xecV", "twice": b"\xc3\x82\xc2\xb5V",
        "latin1_small": b"\xb5v",
    }  # fmt: skip
    spelt = {"UV": "uV", "uv": "uV", "Uv": "uV", "mv": "mV", "microV": "uV", "uVolt": "uV"}
    spelt |= {"Volt": "V", "v": "V", "mVolt": "mV", "nv": "nV"}
    doubtful: dict[str, str | bytes] = {
        "MV": "MV", "question": "?V", "dot": ".V", "kV": "kV", "microlitre": "micro", "star": "*V",
        "UVOLT": "UVOLT", "lost": b"\xef\xbf\xbdV", "high": b"\xffV", "uV_dot": "uV.", "blank": "",
        "crlf": b"uV\r\n", "tab": b"uV\t",
        "dash": "-", "none": "n/a",
        "square": "uV^2", "rms": "uVrms", "per_bit": "uV/bit", "comma": "uV,", "metre": "m",
        "micro_alone": "u", "wide": "\uff55\uff36".encode(),
    }  # fmt: skip
    lead = replace(PLAIN.signals[0])
    return [
        *[exact(f"u_{u}", f"unit {u}", of_unit(lead, u)) for u in legal],
        *[
            exact(f"u_other_{i}", f"{u}: no voltage", with_leg(label="Flow", unit=u))
            for i, u in enumerate(other)
        ],
        *[
            warn(f"u_{n}", "UNIT_ENCODING", repr(raw), of_unit(lead, raw), means=PLAIN)
            for n, raw in encoded.items()
        ],
        *[
            warn(f"u_spelt_{u}", "UNIT_SPELLING", u, of_unit(lead, u), means=of_unit(lead, true))
            for u, true in spelt.items()
        ],
        *[
            warn(f"u_{n}", "UNIT_UNKNOWN", repr(u), of_unit(lead, u), means=of_unit(lead, "?"))
            for n, u in doubtful.items()
        ],
        *[
            warn(
                f"u_blank_{i}",
                "UNIT_UNKNOWN",
                f"no unit of {label}, a lead without its EDF+ type",
                of_unit(replace(lead, label=label), ""),
            )
            for i, label in enumerate(("C4-M1", "Leg L", "PLMl.", "Chin", "E1-M2"))
        ],
        exact("u_hypnogram", "a hypnogram without a unit", with_leg(label="Hypnogram", unit="")),
        warn(
            "u_nul",
            "NUL_PADDING",
            "the unit padded with NUL",
            of_unit(lead, b"uV" + bytes(6)),
            means=PLAIN,
        ),
        exact("u_indented", "a blank before the unit", of_unit(lead, " uV"), means=PLAIN),
    ]


def of_unit(lead: Signal, unit: str | bytes) -> Study:
    """Give the plain study with another unit of the EEG."""
    return replace(PLAIN, signals=(replace(lead, unit=unit), PLAIN.signals[1]))


CASES = [*physical(), *digital(), *units()]
