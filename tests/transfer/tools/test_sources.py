"""Files, folders, pipes and archives that a person names come in, and none of them hangs."""

from __future__ import annotations

import io
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_extensions import override

from tests.transfer.tools.tool_files import ONE, TWO, write_cawbird
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.transfer.found_credentials import FoundFile, NotLoadedError
from twauth_gui.transfer.tools.cawbird import MAX_BYTES as DATABASE_BYTES
from twauth_gui.transfer.tools.folder_files import LEFT_ALONE, MOST_FILES, list_folder
from twauth_gui.transfer.tools.pipes import PipeLimits, read_descriptor
from twauth_gui.transfer.tools.reader import MAX_BYTES
from twauth_gui.transfer.tools.sources import (
    MOST_FOLDER_BYTES,
    read_pasted,
    read_pipe,
    read_sources,
    read_stream,
)

NAMES = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
ENV = "".join(f"{name}={value}\n" for name, value in zip(NAMES, ONE, strict=True))
OTHER_ENV = "".join(f"{name}={value}\n" for name, value in zip(NAMES, TWO, strict=True))


def tokens(found: FoundFile) -> list[str]:
    return [one.credentials.access_token.reveal() for one in found.accounts]


def reasons(found: FoundFile) -> str:
    return " ".join(f"{one.what}: {one.reason}" for one in found.skipped)


def test_a_folder_gives_the_files_that_hold_something(tmp_path: Path) -> None:
    for name in sorted(LEFT_ALONE):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".env").write_text(ENV)
    for name, mark in (("own venv", "pyvenv.cfg"), ("own cache", "CACHEDIR.TAG")):
        (tmp_path / name).mkdir()
        (tmp_path / name / mark).touch()
        (tmp_path / name / ".env").write_text(ENV)
    (tmp_path / "bots" / "daily").mkdir(parents=True)
    (tmp_path / "bots" / "daily" / ".env").write_text(ENV)
    (tmp_path / "bots" / "half.env").write_text(f"CONSUMER_KEY={TWO[0]}\n")
    (tmp_path / "diary.txt").write_text("Dear diary,\n")
    (tmp_path / "video.mp4").write_bytes(b"\0\1\2\3" * MAX_BYTES)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40))
    (tmp_path / "wide.txt").write_bytes(OTHER_ENV.encode("utf-16-le"))
    (tmp_path / "cache.db").write_bytes(b"SQLite format 3\0" + bytes(4000))
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("index.html", "<p>")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "again.env").symlink_to("bots/daily/.env")
    os.mkfifo(tmp_path / "pipe")
    _ = write_cawbird(tmp_path / "cawbird" / "Cawbird.db", older=True)
    steps: list[tuple[int, int]] = []

    found = read_sources([tmp_path], CancelToken(), lambda done, known: steps.append((done, known)))

    by_name = {one.path.name: one for one in found if one.path}
    assert sorted(by_name) == ["Cawbird.db", "again.env", "half.env", "wide.txt"]
    assert tokens(by_name["again.env"]) == tokens(by_name["Cawbird.db"]) == [ONE[2]]
    assert tokens(by_name["wide.txt"]) == [TWO[2]]
    assert "missing" in reasons(by_name["half.env"])
    assert steps[-1] == (11, 11)  # each file once, though a link leads back to the top
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


@pytest.mark.slow
def test_a_folder_of_a_thousand_files_is_cancelled_on_the_way(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number:04}.env").write_text(f"# {number}\n{ENV}")
    steps: list[tuple[int, int]] = []
    cancel = CancelToken()

    def follow(done: int, known: int) -> None:
        steps.append((done, known))

    def stop(done: int, known: int) -> None:
        follow(done, known)
        if done == 10:
            cancel.cancel()

    assert len(read_sources([tmp_path], CancelToken(), follow)) == 1000
    assert steps[-1] == (1000, 1000)
    with pytest.raises(CancelledError):
        read_sources([tmp_path], cancel, stop)
    assert steps[-1] == (10, 1000)


@pytest.mark.unprivileged
def test_what_a_folder_leaves_out_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    for number in range(4):
        (tmp_path / f"dump{number}.csv").write_text("a,b\n" * MAX_BYTES)
    (tmp_path / "mine.env").write_text(ENV)
    (tmp_path / "secret.env").write_text(ENV)
    (tmp_path / "secret.env").chmod(0)
    (tmp_path / "closed").chmod(0)
    mine, folder = read_sources([tmp_path], CancelToken())
    assert tokens(mine) == [ONE[2]]
    assert folder.path == tmp_path
    told = reasons(folder)
    assert "1 folder: The system refuses access" in told
    assert "secret.env: The system refuses access" in told
    assert "dump0.csv, dump1.csv, dump2.csv and 1 other file: Larger than 1 MiB" in told
    (closed,) = read_sources([tmp_path / "closed"], CancelToken())
    assert "refuses access" in reasons(closed)


@pytest.mark.slow
def test_the_bounds_of_a_folder_are_told(tmp_path: Path) -> None:
    many, large = tmp_path / "many", tmp_path / "large"
    (many / "below").mkdir(parents=True)
    large.mkdir()
    for number in range(MOST_FILES):
        (many / "below" / f"{number}").touch()
    (many / "z.env").write_text(ENV)
    for number in range(MOST_FOLDER_BYTES // DATABASE_BYTES):
        with (large / f"{number}.db").open("wb") as file:
            _ = file.write(b"SQLite format 3\0")
            _ = file.truncate(DATABASE_BYTES)
    (large / "late.env").write_text(ENV)
    first, cut, full = read_sources([many, large], CancelToken())
    assert tokens(first) == [ONE[2]]
    assert "more than 10,000 files" in reasons(cut)
    assert "larger than 64 MiB together" in reasons(full)


def test_the_listing_ends_with_its_bound_and_when_cancelled(tmp_path: Path) -> None:
    deepest = tmp_path / Path(*["d"] * 200)
    deepest.mkdir(parents=True)
    (deepest / ".env").write_text(ENV)
    assert list_folder(tmp_path, CancelToken()).files == [deepest / ".env"]
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list_folder(tmp_path, cancel)
    assert list_folder(tmp_path / "gone", CancelToken()).closed == 1


def test_a_named_file_says_what_it_is_and_when_it_was_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV)
    os.utime(tmp_path / ".env", (1_700_000_000, 1_700_000_000))
    (tmp_path / "empty").touch()
    (tmp_path / ".xurl").mkdir()
    (tmp_path / ".xurl" / "auth.yml").write_text("apps:\n  a:\n    client_id: b\n")
    named = [tmp_path / name for name in (".env", ".env", "empty", ".xurl", "gone", "a\0b")]
    env, empty, xurl, gone, nul = read_sources(named, CancelToken())
    assert env.written_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert "no X key" in reasons(empty)
    assert (xurl.tool, xurl.path) == ("xurl", tmp_path / ".xurl")
    assert "No such file" in reasons(gone)
    assert "No file can have this name" in reasons(nul)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_encoding_comes_in_by_any_way(encoding: str, tmp_path: Path) -> None:
    text = f"# Schl\u00fcssel f\u00fcr @fernwick\n{ENV}"
    raw = text.encode(encoding)
    (tmp_path / "file").write_bytes(raw)
    with (tmp_path / "file").open("rb") as opened:
        streams = [read_stream(io.BytesIO(raw), CancelToken()), read_stream(opened, CancelToken())]
    (named,) = read_sources([tmp_path / "file"], CancelToken())
    assert [tokens(one) for one in (*streams, named)] == [[ONE[2]]] * 3
    assert {(one.tool, one.path) for one in streams} == {("standard input", None)}


def test_a_pasted_text_is_read() -> None:
    found = read_pasted(ENV, CancelToken())
    assert (found.tool, found.path, tokens(found)) == ("pasted text", None, [ONE[2]])
    assert "larger than 1 MiB" in reasons(read_pasted("a" * (MAX_BYTES + 1), CancelToken()))
    assert "no X key" in reasons(read_pasted("\ud800", CancelToken()))


def test_what_a_shell_hands_over_is_read(tmp_path: Path) -> None:
    """As in: twauth import <(printf ...) <(true) /dev/stdin."""
    (tmp_path / ".env").write_text(ENV)
    program = (
        "import sys; from pathlib import Path;"
        "from twauth_gui.domain.cancel_token import CancelToken;"
        "from twauth_gui.transfer.tools.sources import read_sources;"
        "found = read_sources([Path(one) for one in sys.argv[1:]], CancelToken());"
        "told = [[it.reason for it in one.skipped] for one in found];"
        "print([[len(one.accounts), one.tool, *why] for one, why in zip(found, told)])"
    )
    script = f'{sys.executable} -c "$1" <(cat "$2") <(true) /dev/stdin <(cat /dev/zero) < "$2"'
    run = subprocess.run(
        ["bash", "-c", script, "bash", program, str(tmp_path / ".env")],
        check=True,
        capture_output=True,
        text=True,
    )
    pipe, empty, stdin, endless = eval(run.stdout)  # noqa: S307 - printed above
    assert pipe == [1, "a pipe"]
    assert empty == [0, "a pipe", "There is no X key in it."]
    assert stdin[0] == 1
    assert "larger than 1 MiB" in endless[2]


def test_a_named_pipe_is_read_whenever_its_writer_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[FoundFile] = []
    reader = threading.Thread(target=lambda: found.extend(read_sources([pipe], CancelToken())))
    reader.start()
    with pipe.open("w") as writer:  # waits for the reader
        _ = writer.write(ENV[:40])
        writer.flush()
        _ = writer.write(ENV[40:])
    reader.join()
    assert tokens(found[0]) == [ONE[2]]


def test_a_pipe_that_nobody_writes_to_ends_with_a_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    soon = PipeLimits(silence=0.05, total=5)
    assert "Nothing came through it" in reasons(read_pipe(pipe, CancelToken(), soon))
    half, writer = os.pipe()
    _ = os.write(writer, ENV.encode()[:-9])
    with pytest.raises(NotLoadedError, match="not written to its end"):
        read_descriptor(half, MAX_BYTES, CancelToken(), soon)
    _ = os.write(writer, b"x")
    slow = PipeLimits(silence=5, total=0.05)
    with pytest.raises(NotLoadedError, match="not written to its end"):
        read_descriptor(half, MAX_BYTES, CancelToken(), slow)
    os.close(half)
    os.close(writer)


class WatchedToken(CancelToken):
    """Says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_watched = threading.Event()

    @override
    def on_cancel(self, callback: Callable[[], None]) -> None:
        super().on_cancel(callback)
        self.is_watched.set()


@pytest.mark.parametrize("way", ["a named pipe", "standard input"])
def test_waiting_for_a_pipe_is_cancelled(way: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ours, writer = os.pipe()
    cancel, ended = WatchedToken(), threading.Event()

    def read() -> None:
        with os.fdopen(ours, "rb") as stream:
            try:
                if way == "standard input":
                    read_stream(stream, cancel)
                else:
                    read_sources([tmp_path / "pipe"], cancel)
            except CancelledError:
                ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert cancel.is_watched.wait(30)
    cancel.cancel()
    assert ended.wait(30)
    thread.join()
    os.close(writer)


def test_what_is_neither_file_nor_pipe_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        named = [tmp_path / "socket", Path("/dev/null"), Path("/dev/fd/999999")]
        told = [reasons(one) for one in read_sources(named, CancelToken())]
    assert "not a regular file" in told[0]
    assert "not a regular file" in told[1]
    assert "No such file" in told[2]
    closed = io.BytesIO()
    closed.close()
    assert "closed" in reasons(read_stream(closed, CancelToken()))


def export_of(*values: tuple[str, str, str, str]) -> str:
    """What 1Password writes into export.data, with the keys in fields of a section."""
    items = [
        {
            "overview": {"title": "X bot"},
            "details": {
                "sections": [
                    {
                        "title": "keys",
                        "fields": [
                            {"title": name, "id": name, "value": {"concealed": value}}
                            for name, value in zip(NAMES, one, strict=True)
                        ],
                    }
                ]
            },
        }
        for one in values
    ]
    return json.dumps({"accounts": [{"vaults": [{"items": items}]}]})


def write_archive(path: Path, content: str | bytes, *, name: str = "export.data") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.attributes", "{}")
        archive.writestr(name, content)
        archive.writestr("../../evil.env", ENV)
    return path


def test_a_1password_export_comes_in(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "mine.1pux", export_of(ONE))
    (named,) = read_sources([path], CancelToken())
    (inside,) = read_sources([tmp_path], CancelToken())
    piped = read_stream(io.BytesIO(path.read_bytes()), CancelToken())
    assert [tokens(one) for one in (named, inside, piped)] == [[ONE[2]]] * 3
    assert named.tool == inside.tool == "1Password"
    assert [one.name for one in tmp_path.parent.rglob("evil.env")] == []


def test_no_archive_fills_the_memory_or_raises(tmp_path: Path) -> None:
    bomb = write_archive(tmp_path / "bomb.1pux", bytes(200 * MAX_BYTES))
    other = write_archive(tmp_path / "other.zip", "x", name="readme.txt")
    whole = bomb.read_bytes()
    end = struct.calcsize("<4s4H2LH")
    by_name = {
        "long": whole[:-end] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, MAX_BYTES + 1, 0, 0),
        "large": whole[:-end] + b"PK\6\7" + bytes(16) + whole[-end:],
        "cut": whole[:-40],
        "start": b"PK\3\4",
        "tail": whole + b"x",
    }
    for name, raw in by_name.items():
        (tmp_path / name).write_bytes(raw)
    (tmp_path / "lzma").touch()
    with zipfile.ZipFile(tmp_path / "lzma", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("export.data", export_of(ONE))
    names = [bomb, other, *(tmp_path / name for name in (*by_name, "lzma"))]
    found = read_sources(names, CancelToken())
    assert "Its items are larger than 1 MiB" in reasons(found[0])
    assert all("ZIP archive" in reasons(one) for one in found[1:])
    assert not any(one.accounts for one in found)
