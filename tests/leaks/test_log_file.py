"""The log redacts secrets by value and by format, stays private, and stays small."""

from __future__ import annotations

import logging
import stat
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.services.log_file import LOG_NAME, MAX_FILES, PrivateLogHandler, RedactingFormatter

PLAIN = "an innocent sentence that is a passphrase"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log" / LOG_NAME


@pytest.fixture
def log(path: Path, request: pytest.FixtureRequest) -> Generator[logging.Logger]:
    """A logger of this test alone, whose records are expected."""
    handler = PrivateLogHandler(path)
    handler.setFormatter(RedactingFormatter(timed=True))
    logger = logging.getLogger(f"tests.{request.node.name}")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_nothing_is_created_while_nothing_is_logged(log: logging.Logger, path: Path) -> None:
    assert not path.parent.exists()
    log.info("begun")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    log.info("gone on")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_values_that_live_are_taken_out_whatever_they_look_like(
    log: logging.Logger, path: Path
) -> None:
    secret, twin = Secret(PLAIN), Secret(PLAIN)
    log.warning("it was %s", PLAIN)
    del secret
    log.warning("it was an%20innocent%20sentence%20that%20is%20a%20passphrase in an address")
    assert PLAIN not in path.read_text("utf-8")
    assert "innocent" not in path.read_text("utf-8")
    del twin
    log.warning("it was %s", PLAIN)
    assert PLAIN in path.read_text("utf-8"), "once no Secret holds it, it is a sentence"


def test_what_looks_like_a_secret_is_taken_out(log: logging.Logger, path: Path) -> None:
    canaries = ("Qm4xVt9LcW2sEoHb71KzRfYd30NuPa", "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0", "4711815")
    log.debug("GET /oauth/authorize?oauth_token=%s&x=1", canaries[0])
    log.debug("Authorization: Bearer %s", canaries[1])
    log.debug("PIN %s typed", canaries[2])
    text = path.read_text("utf-8")
    assert [one for one in canaries if one in text] == []
    assert text.count("••••") == 3


def test_of_an_exception_kind_and_place_are_reported(log: logging.Logger, path: Path) -> None:
    def fail(value: str) -> None:
        raise ValueError(value)

    try:
        fail("a canary in a text")
    except ValueError:
        log.exception("It failed")
    text = path.read_text("utf-8")
    assert "canary" not in text
    assert "It failed (ValueError at " in text
    assert "test_log_file" in text
    assert len(text.splitlines()) == 1


class Unprintable:
    """A value that cannot be formatted."""

    @override
    def __str__(self) -> str:
        raise RuntimeError("a canary in a text")


@pytest.mark.parametrize("values", [("a canary",), ("a canary", "too many"), (Unprintable(), 3)])
def test_a_record_that_cannot_be_read_stops_nobody(
    path: Path, capsys: pytest.CaptureFixture[str], values: tuple[object, ...]
) -> None:
    """Only these handlers get the record: pytest's own would fail the test over it."""
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "%s of %d lost", values, None)
    for handler in (PrivateLogHandler(path), logging.StreamHandler(sys.stderr)):
        handler.setFormatter(RedactingFormatter(timed=False))
        handler.handle(record)
    for text in (path.read_text("utf-8"), capsys.readouterr().err):
        assert "%s of %d lost" in text
        assert "canary" not in text
        assert len(text.splitlines()) == 1


def test_one_record_is_one_line(log: logging.Logger, path: Path) -> None:
    log.info("first\nERROR twauth: forged")
    assert len(path.read_text("utf-8").splitlines()) == 1


def test_it_stays_small(log: logging.Logger, path: Path) -> None:
    for _ in range(60):
        log.info("words " * 10_000)
    files = sorted(path.parent.iterdir())
    assert [one.name for one in files] == [LOG_NAME, f"{LOG_NAME}.1", f"{LOG_NAME}.2"]
    assert len(files) == MAX_FILES
    assert sum(one.stat().st_size for one in files) < MAX_FILES * 600 * 1024
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}


def test_a_disk_that_takes_nothing_stops_nobody(log: logging.Logger, path: Path) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("a file where the folder is to be", "utf-8")
    log.error("lost")
    assert path.parent.is_file()
