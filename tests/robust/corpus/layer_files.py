"""Layer file: what is no EDF at all, controls, names, transfers, lost and added ends."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from dataclasses import replace

from tests.robust.corpus.case import Case, exact, refuse, warn
from tests.robust.corpus.drawn import (
    BDF,
    BDF_PLUS,
    LEG,
    PLAIN,
    PLUS,
    claiming,
    cut,
    head_bytes,
    listed,
    noise,
    only,
    patched,
    record_bytes,
)
from tests.unit.edf_bytes import Study, tal

VERSION = "version, byte 0"
NIGHT = 4000  # enough samples a record that a copy as text shows
LONG = replace(
    PLAIN,
    signals=(replace(LEG, digital=noise(6 * NIGHT, 5), per_record=NIGHT),),
)
SMALL = replace(
    LONG, signals=(replace(LEG, digital=noise(6 * NIGHT, 6, span=201), per_record=NIGHT),)
)


def zipped(content: bytes) -> bytes:
    """Give a zip archive that is the same on every day."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        archive.writestr(zipfile.ZipInfo("study.edf"), content)
    return room.getvalue()


def other_formats() -> list[Case]:
    """Give files of other formats that are called .edf."""
    plain = PLAIN.encode()
    pages = b"<!DOCTYPE html><html><body>Please sign in</body></html>".ljust(2000)
    texts = {
        "html": ("a log-in page", pages),
        "xml": ("an NSRR scoring", b"<?xml version='1.0'?><PSGAnnotation/>".ljust(900)),
        "csv": ("a table", b"time,eeg,leg\n0.0,1,2\n" * 40),
        "csv_zero": ("a table whose first column is 0", b"0;22:15:30;1;2\n" * 40),
        "json": ("a sidecar", b'{"SamplingFrequency": 256}'.ljust(600)),
        "lfs": ("a git-lfs pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
        "esrf": ("an ESRF image", b"{\nHeaderID = EH:000001:000000:000000 ;\n".ljust(1536)),
        "gdf": ("GDF", b"GDF 2.20".ljust(1024)),
        "png": ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(600)),
        "mat": ("a MATLAB file", b"MATLAB 5.0 MAT-file, Platform: PCWIN64".ljust(600)),
        "hdf5": ("an HDF5 file", b"\x89HDF\r\n\x1a\n" + bytes(600)),
        "sqlite": ("a database", b"SQLite format 3\x00" + bytes(600)),
        "pdf": ("a report", b"%PDF-1.7\n" + bytes(600)),
        "asc": ("an EyeLink text", b"** CONVERTED FROM D:\\study.edf using edfapi 4.2\n" * 20),
        "eyelink": ("an EyeLink recording", b"SR_RESEARCH_COMBFILE\x00\x00" + bytes(600)),
        "zeros": ("zeros", bytes(4096)),
        "ones": ("all bits set", b"\xff" * 4096),
        "blanks": ("blanks", b" " * 4096),
        "bom": ("an EDF behind a byte order mark", b"\xef\xbb\xbf" + plain),
        "utf16": ("an EDF saved as UTF-16 text", plain.decode("latin-1").encode("utf-16")),
        "shifted": ("an EDF without its first byte", plain[1:]),
        "bdf_stripped": ("a BDF whose first byte lost its eighth bit", b"\x7f" + BDF.encode()[1:]),
        "version_1": ("version 1, which does not exist", b"1" + plain[1:]),
    }
    return [
        refuse(f"f_{name}", "NOT_EDF", VERSION, f"{what}, called .edf", content)
        for name, (what, content) in texts.items()
    ]


def archives() -> list[Case]:
    """Give archives that are called .edf."""
    plain = PLAIN.encode()
    packed = {
        "zip": zipped(plain),
        "zip_empty": b"PK\x05\x06" + bytes(18),
        "gzip": gzip.compress(plain, mtime=0),
        "bzip2": bz2.compress(plain),
        "xz": lzma.compress(plain),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(400),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(400),
        "zstd": b"(\xb5/\xfd" + bytes(400),
        "lz4": b"\x04\x22\x4d\x18" + bytes(400),
        "compress": b"\x1f\x9d\x90" + bytes(400),
    }
    return [
        refuse(f"f_{name}", "COMPRESSED", VERSION, f"{name} archive, called .edf", content)
        for name, content in packed.items()
    ]


def controls() -> list[Case]:
    """Give legal files and names."""
    lights = tal("+2.5", "Lights off")
    event = (2.5, None, "Lights off")
    return [
        exact("ok_plain", "nothing: EDF", PLAIN),
        exact("ok_plus", "nothing: EDF+C", listed(lights), events=[event]),
        exact("ok_bdf", "nothing: BDF", BDF, suffix=".bdf"),
        exact(
            "ok_bdfplus",
            "nothing: BDF+C",
            listed(lights, study=BDF_PLUS),
            events=[event],
            suffix=".bdf",
        ),
        exact("ok_name_capitals", "the extension in capitals", PLAIN, suffix=".EDF"),
        exact("ok_name_rec", "an extension that says nothing", PLAIN, suffix=".rec"),
        exact("ok_name_none", "no extension", PLAIN, suffix=""),
        warn("f_edf_as_bdf", "EXT_MISMATCH", "EDF content called .bdf", PLAIN, suffix=".bdf"),
        warn("f_bdf_as_edf", "EXT_MISMATCH", "BDF content called .edf", BDF),
        warn("f_plus_as_bdf", "EXT_MISMATCH", "EDF+ called .BDF", PLUS, suffix=".BDF"),
        refuse(
            "f_24_bits_as_edf",
            "NOT_EDF",
            "reserved field, byte 192",
            "24-bit samples behind the version of EDF",
            replace(BDF, version="0"),
        ),
        refuse(
            "f_16_bits_as_bdf",
            "NOT_EDF",
            "reserved field, byte 192",
            "16-bit samples behind the version of BDF",
            replace(PLUS, version=b"\xffBIOSEMI"),
            suffix=".bdf",
        ),
    ]


def transfers() -> list[Case]:
    """Give files that were copied as text."""
    head, data = _halves(LONG)
    small_head, small = _halves(SMALL)
    bdf_head, bdf = _halves(BDF_LONG)
    lists_head, lists = _halves(PLUS_LONG)
    lines_head, lines = _halves(LINES)
    spoilt = {
        "lf_crlf": ("each LF became CRLF", head + data.replace(b"\n", b"\r\n")),
        "crlf_lf": ("each CRLF became LF", lines_head + lines.replace(b"\r\n", b"\n")),
        "cr_lost": ("each CR was dropped", head + data.replace(b"\r", b"")),
        "lf_lost": ("each LF was dropped", head + data.replace(b"\n", b"")),
        "utf8": ("Latin-1 read, UTF-8 written", head + data.decode("latin-1").encode()),
        "utf8_lossy": (
            "read as UTF-8 with replacement characters",
            head + data.decode("utf-8", "replace").encode(),
        ),
        "seven_bits": ("the eighth bit of each byte was lost", head + _seven(data)),
        "seven_bits_small": ("the same of a quiet night", small_head + _seven(small)),
        "lf_crlf_small": ("each LF became CRLF", small_head + small.replace(b"\n", b"\r\n")),
        "lf_crlf_bdf": ("each LF became CRLF in a BDF", bdf_head + bdf.replace(b"\n", b"\r\n")),
        "lf_crlf_plus": (
            "each LF became CRLF in an EDF+",
            lists_head + lists.replace(b"\n", b"\r\n"),
        ),
        "cr_lf": ("each CR became LF", head + data.replace(b"\r", b"\n")),
        "lf_cr": ("each LF became CR", head + data.replace(b"\n", b"\r")),
        "nul_lost": ("each NUL was dropped", small_head + small.replace(b"\x00", b"")),
        "nul_blank": ("each NUL became a blank", small_head + small.replace(b"\x00", b" ")),
        "question": (
            "each byte over 127 became a question mark",
            head + bytes(byte if byte < 128 else 63 for byte in data),
        ),
        "byte_lost": ("a byte was lost in the middle", small_head + small[:20001] + small[20002:]),
        "byte_more": ("a byte was put in", small_head + small[:20001] + b"x" + small[20001:]),
        "bdf_byte_lost": ("one lost in a BDF", bdf_head + bdf[:20001] + bdf[20002:]),
        "lf_crlf_unclosed": (
            "each LF became CRLF, number of records -1",
            claiming(LONG, "-1").encode()[: len(head)] + data.replace(b"\n", b"\r\n"),
        ),
    }
    return [
        refuse(f"f_text_{name}", "CORRUPT_TRANSFER", "data records", what, content)
        for name, (what, content) in spoilt.items()
    ]


PLUS_LONG = replace(PLUS, signals=LONG.signals)
CR_LED = tuple(int.from_bytes((13, i % 256), "little", signed=True) for i in range(6 * NIGHT))
LINES = replace(LONG, signals=(replace(LONG.signals[0], digital=CR_LED),))  # each value of CR x
BDF_LONG = replace(LONG, is_bdf=True)


def _halves(study: Study) -> tuple[bytes, bytes]:
    content = study.encode()
    return content[: head_bytes(study)], content[head_bytes(study) :]


def _seven(data: bytes) -> bytes:
    return bytes(byte & 0x7F for byte in data)


def ends() -> list[Case]:
    """Give files whose end is lost, and files with something behind their end."""
    size, plus_size, bdf_size = record_bytes(PLAIN), record_bytes(PLUS), record_bytes(BDF)
    half = size * 3 + size // 2
    return [
        refuse("f_empty", "EMPTY", VERSION, "no bytes", b""),
        refuse("f_one_byte", "HEADER_TRUNCATED", VERSION, "one byte", b"0"),
        refuse("f_255_bytes", "HEADER_TRUNCATED", VERSION, "one byte less", PLAIN.encode()[:255]),
        refuse("f_main_only", "HEADER_TRUNCATED", "byte 256", "256 bytes", PLAIN.encode()[:256]),
        refuse("f_half_head", "HEADER_TRUNCATED", "byte 700", "700 bytes", PLAIN.encode()[:700]),
        refuse("f_no_data", "NO_DATA", "byte 236", "a header alone", PLAIN.encode()[:768]),
        refuse(
            "f_no_data_m1",
            "NO_DATA",
            "byte 236",
            "a header alone, records -1",
            claiming(PLAIN, "-1").encode()[:768],
        ),
        refuse(
            "f_half_record", "TRUNCATED", "byte 236", "no whole record", cut(PLAIN, size * 6 - 9)
        ),
        *[
            warn(
                f"f_cut_{n}", "TRUNCATED", f"{n} bytes lost", cut(PLAIN, n), means=only(PLAIN, left)
            )
            for n, left in ((1, 5), (2, 5), (size - 1, 5), (size, 5), (size + 1, 4), (half, 2))
        ],
        warn("f_cut_plus", "TRUNCATED", "7 lost", cut(PLUS, 7), means=only(PLUS, 5)),
        warn("f_cut_bdf", "TRUNCATED", "1 lost", cut(BDF, 1), means=only(BDF, 5), suffix=".bdf"),
        warn(
            "f_cut_bdf_third",
            "TRUNCATED",
            "a third of a BDF lost",
            cut(BDF, bdf_size * 2),
            means=only(BDF, 4),
            suffix=".bdf",
        ),
        warn(
            "f_cut_plus_record",
            "TRUNCATED",
            "a record lost",
            cut(PLUS, plus_size),
            means=only(PLUS, 5),
        ),
        warn(
            "f_cut_unclosed",
            "NRECORDS_UNKNOWN",
            "records -1 and half a record",
            cut(claiming(PLAIN, "-1"), 5),
            means=only(PLAIN, 5),
            also=["EXTRA_DATA"],
        ),
        *[
            warn(f"f_{name}", "EXTRA_DATA", what, replace(PLAIN, extra=extra), means=PLAIN)
            for name, what, extra in (
                ("stray_1", "one stray byte", b"\x1a"),
                ("stray_59", "stray bytes, one less than a record", b"\x01" * (size - 1)),
                ("padded_1k", "padded with zeros", bytes(1024)),
                ("padded_record", "padded with a record of zeros", bytes(size)),
                ("padded_100k", "padded with zeros beyond any block", bytes(100_000)),
                ("tail_text", "a line of text behind the data", b"# end of file\n"),
            )
        ],
        *[
            refuse(
                f"f_joined_{name}",
                "EXTRA_DATA",
                "behind the last record",
                "two files joined into one",
                study.encode() * 2,
                suffix=suffix,
            )
            for name, study, suffix in (("edf", PLUS, ".edf"), ("bdf", BDF, ".bdf"))
        ],
        warn(
            "f_records_more",
            "EXTRA_DATA",
            "the header says 4 of 6 records",
            claiming(PLAIN, "4"),
            means=PLAIN,
        ),
        warn(
            "f_nul_version",
            "NUL_PADDING",
            "the version padded with NUL",
            patched(PLAIN, 0, b"0" + bytes(7)),
            means=PLAIN,
        ),
    ]


CASES = [*controls(), *other_formats(), *archives(), *transfers(), *ends()]
