"""Study keys: what stands for a study wherever its name must not."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from platformdirs import user_config_path

KEY_CHARACTERS = 16
_SECRET_BYTES = 32
_DRAFT = ".draft"
_NO_BREAKS = dict.fromkeys(map(ord, "\t\r\n"), " ")  # a path stays one row of the table
HOME_VARIABLE = "HYPNIC_HOME"
IDENTIFIED_LOG = "identified.tsv"


def home() -> Path:
    """Give the folder of the site's secret, made on first use for its owner alone."""
    chosen = os.environ.get(HOME_VARIABLE)
    folder = Path(chosen) if chosen else user_config_path("hypnic", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def site_secret() -> bytes:
    """Give the site's secret; a first use makes it, with mode 0600."""
    return bytes.fromhex(kept_secret("site_secret", secrets.token_hex(_SECRET_BYTES)))


def kept_secret(name: str, fresh: str) -> str:
    """Give the secret of that name in the site's folder; a first use keeps the fresh one there.

    Several processes may come first at once: each writes a file of its own and links it to the
    one name, which succeeds for one of them.
    """
    path = home() / name
    if not path.exists():
        _make_secret(path, fresh)
    elif path.stat().st_nlink > 1:  # a process died between its link and its last step
        _drop_drafts(path)
    return path.read_text(encoding="ascii")


def _make_secret(path: Path, fresh: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}{_DRAFT}")
    try:
        _write_private(draft, fresh)
        os.link(draft, path)
    except (FileExistsError, FileNotFoundError):
        pass  # another process came first, and has removed this one's draft
    except OSError:
        if not draft.exists() or draft.stat().st_size != len(fresh):
            raise  # no room for it
        with suppress(FileExistsError):  # a volume without links
            _write_private(path, draft.read_text(encoding="ascii"))
    finally:
        _drop_drafts(path)


def _drop_drafts(path: Path) -> None:
    """Remove what has served, of this process and of dead ones."""
    for draft in path.parent.glob(f"{path.name}.*{_DRAFT}"):
        draft.unlink(missing_ok=True)


def study_key(identity: str, secret: bytes) -> str:
    """Give the key of a study: a keyed hash of its content's SHA-256, such as ``s4f1c...``."""
    return "s" + _keyed(identity, secret)


def unread_key(source: Path) -> str:
    """Give the key of a study whose content has not been read, from where it lies."""
    return study_key(f"unread:{source.absolute()}", site_secret())


def person_key(participant_id: str, secret: bytes) -> str:
    """Give the pseudonym of a participant, such as ``p07ab...``, the same at every use here."""
    return "p" + _keyed(f"participant:{participant_id}", secret)


def remember_source(key: str, source: Path) -> None:
    """Add the study's place to the site's own table from keys to sources, mode 0600."""
    place = str(source.absolute()).translate(_NO_BREAKS)
    row = f"{key}\t{place}\n".encode("utf-8", "backslashreplace")
    table = home() / "sources.tsv"
    handle = os.open(
        table, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(handle, "r+b") as file:
        known = file.read()
        is_torn = bool(known) and not known.endswith(b"\n")  # a process died, or a disk was full
        if row not in known:
            file.write(b"\n" * is_torn + row)


def log_identified(key: str) -> None:
    """Note in the site's own log that a report names its study: when, who asked, which key."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    row = f"{now}\t{getuser()}\t{key}\n".encode("utf-8", "backslashreplace")
    handle = os.open(home() / IDENTIFIED_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(row)


def keys_by_file_name() -> dict[str, set[str]]:
    """Give the keys of the studies of each file name, from the site's own table."""
    found: dict[str, set[str]] = {}
    for key, place in _sources("replace"):
        name = place.replace("\\", "/").rsplit("/", 1)[-1]
        found.setdefault(name, set()).add(key)
    return found


def sources_of(key: str) -> set[Path]:
    """Give every place at which the study of a key was met, from the site's own table."""
    return {Path(place) for other, place in _sources("surrogateescape") if other == key}


def _sources(errors: str) -> Iterator[tuple[str, str]]:
    table = home() / "sources.tsv"
    if not table.is_file():
        return
    for row in table.read_bytes().decode("utf-8", errors).splitlines():
        key, _, place = row.partition("\t")
        yield key, place


def _keyed(text: str, secret: bytes) -> str:
    found = hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return found.hexdigest()[: KEY_CHARACTERS - 1]


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
