"""What hypothesis draws from: bytes, header fields and annotation lists."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.unit.edf_bytes import Signal, Study

# name, byte, width: main header and, of one signal, the signal header (EDF specification)
MAIN_FIELDS = (
    *(("version", 0, 8), ("patient", 8, 80), ("recording", 88, 80), ("date", 168, 8)),
    *(("time", 176, 8), ("header size", 184, 8), ("reserved", 192, 44), ("records", 236, 8)),
    *(("duration", 244, 8), ("signals", 252, 4)),
)
SIGNAL_FIELDS = (
    *(("label", 256, 16), ("transducer", 272, 80), ("unit", 352, 8), ("low", 360, 8)),
    *(("high", 368, 8), ("first", 376, 8), ("last", 384, 8), ("prefilter", 392, 80)),
    *(("samples", 472, 8), ("spare", 480, 32)),
)

HOSTILE_NUMBERS = (
    *("", "-1", "0", "-0", "nan", "inf", "-inf", "1e9", "1e-9", "1e999", "99999999", "1,0", "+1"),
    *(
        "1.0",
        "1.5",
        "0x10",
        "1 1",
        "--1",
        "1e",
        ".",
        "-",
        "1_0",
        "½",
        "\x00\x00",
        " 1 ",
        "\t1",
    ),
)

numbers = st.one_of(
    st.sampled_from(HOSTILE_NUMBERS),
    st.integers(-(10**8), 10**8).map(str),
    st.floats().map(lambda x: f"{x:g}"),
)
field_bytes = st.one_of(
    numbers.map(lambda text: text.encode("utf-8")),
    st.binary(max_size=80),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
)


@st.composite
def spoilt_fields(draw: st.DrawFn) -> bytes:
    """Draw a small file with some of its header fields written over."""
    content = bytearray(Study().encode())
    for _, start, width in draw(st.lists(st.sampled_from(MAIN_FIELDS + SIGNAL_FIELDS), max_size=4)):
        content[start : start + width] = draw(field_bytes).ljust(width)[:width]
    return bytes(content)


@st.composite
def near_misses(draw: st.DrawFn) -> bytes:
    """Draw bytes that begin as EDF or BDF do, and go on in any way."""
    opening = draw(st.sampled_from((b"0       ", b"\xffBIOSEMI", b"0", b"")))
    content = Study().encode()
    kept = draw(st.integers(0, len(content)))
    return opening + content[8:kept] + draw(st.binary(max_size=1500))


@st.composite
def legal_studies(draw: st.DrawFn) -> Study:
    """Draw a legal file of one to four signals at rates of their own."""
    is_bdf = draw(st.booleans())
    low, high = (-(2**23), 2**23 - 1) if is_bdf else (-(2**15), 2**15 - 1)
    records = draw(st.integers(1, 5))
    signals = []
    for i in range(draw(st.integers(1, 4))):
        n = draw(st.integers(1, 12))
        values = st.lists(st.integers(low, high), min_size=n * records, max_size=n * records)
        signals.append(
            Signal(
                label=f"{draw(printable)[:13]}{i}",
                digital=draw(values),
                per_record=n,
                digital_range=(str(low), str(high)),
            )
        )
    duration = draw(st.sampled_from(("1", "0.5", "2", "30", "0.25", "10")))
    return Study(signals=signals, records=records, duration=duration, is_bdf=is_bdf)


printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=15)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """An annotation as it was drawn: the onset and the duration as they are written."""

    onset: str
    duration: str | None
    text: str

    def encode(self) -> bytes:
        """Give its list."""
        lasts = "" if self.duration is None else f"\x15{self.duration}"
        return f"{self.onset}{lasts}\x14{self.text}\x14".encode() + b"\x00"


# EDF+ 2.2.3: any UTF-8 but the control characters, of which LF, CR and TAB are allowed
texts = st.text(
    st.one_of(
        st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]),
        st.sampled_from("\n\r\t"),
    ),
    min_size=1,
    max_size=60,
)
seconds = st.one_of(
    st.integers(0, 40_000).map(str),
    st.decimals(0, 40_000, places=6, allow_nan=False).map(lambda x: f"{x:f}"),
)
drawn_annotations = st.builds(
    Drawn,
    onset=st.tuples(st.sampled_from("+-"), seconds).map("".join),
    duration=st.none() | seconds,
    text=texts,
)
annotation_lists = st.lists(drawn_annotations, max_size=30)
list_bytes = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            (
                b"+1",
                b"-2.5",
                b"1",
                b"\x14",
                b"\x14\x14",
                b"\x15",
                b"\x00",
                b"x",
                b"\xe9",
                b"+9e9",
                b",",
            )
        ),
        max_size=30,
    ).map(b"".join),
)
