"""What strangers may give to each reader of text or files: mutated, and drawn out to any length."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.store.samples import (
    APP,
    CODE_WAITING,
    NOON,
    OLD,
    OLD_KEYS,
    PAIR,
    WAITING,
    Clock,
    account,
    attempt,
    code_attempt,
    facts,
)
from tests.support.memory_vault import MemoryVault
from tests.transfer.samples import TS, B, K, S, T
from tests.transfer.tools.files import SAMPLES, TWURL, XURL_1, XURL_3, cawbird
from tests.xapi.printed_errors import SAMPLES as PRINTED
from twauth_gui.domain.answer import CallbackResponseError
from twauth_gui.domain.answers import read_address, read_brought_back
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.handles import read_handles
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.services.explain_error import explain_error
from twauth_gui.store.age_file import checked_cost
from twauth_gui.store.backup import Backup, KeptAccount, packed, unpacked
from twauth_gui.store.restore import look_at_restore
from twauth_gui.store.sealed import new_key, open_sealed, seal
from twauth_gui.store.sealed_header import Cost, Purpose
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.transfer.pasted import MAX_BYTES, parse_keys
from twauth_gui.transfer.tools import cawbird as databases
from twauth_gui.transfer.tools.reader import read_file
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.callback_request import LARGEST_HEAD, Expectation, judge
from twauth_gui.xapi.diagnosis import diagnose_response
from twauth_gui.xapi.error_text.plain_text import LONGEST
from twauth_gui.xapi.redaction import redact_shapes

_WORST = (b"\n", b" ", b"a\n", b"a=", b"a: b\n", b"[")
_PASSPHRASE = Secret("tidal ferry lantern")
_DIGEST = 32
_ONE_IN = 20  # so often an input is drawn out
_PIECES = (
    *(b"\n", b"\r\n", b" ", b"\t", b"a", b"A1", b"=", b":", b"-", b"--", b"_", b".", b",", b";"),
    *(b'"', b"'", b"`", b"(", b")", b"[", b"]", b"{", b"}", b"<", b">", b"#", b"/", b"|", b"&"),
    *(
        b"%",
        b"\\",
        b"\0",
        b"\xff\xfe",
        b"\xe2\x80\xa8",
        b"[x]\n",
        b"a: ",
        b"- ",
        b"? ",
        b"&a ",
        b"*a ",
    ),
    *(b"<<: *a\n", b"!!python/name:os.system x\n", b"profiles:\n", b'{"apps": ', b"api_key\n"),
    *(b"token: ", b"a=b\n", b"secret ", b"access_token=", b"https://x.com/", b"@a ", b"bearer "),
    *(b"<error>", b"<script>", b"&#9", b"//", b"oauth_token=", b"1" * 40, K.encode(), T.encode()),
)


@dataclass(frozen=True)
class Reader:
    """A door for text from outside.

    Attributes:
        read: takes an input whole; raises one of refusals at most.
        seeds: inputs as they should be.
        longest: how many bytes of an input are looked at.
        keeps_length: whether only bytes in place are changed, as in a file of pages.
    """

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    longest: int = MAX_BYTES
    refusals: tuple[type[Exception], ...] = ()
    keeps_length: bool = False


@contextmanager
def readers() -> Generator[dict[str, Reader]]:
    """Provide all of them by name; the folder and the store that they share go with the context."""
    with TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        with closing(Store.open(folder / "data", MemoryVault(), now=Clock())) as store:
            yield {
                **_tools(folder),
                **_pasted_texts(),
                **_texts_of_x(),
                **_other_texts(),
                **_backups(store),
            }


def _tools(folder: Path) -> dict[str, Reader]:
    texts = {sample.name: sample.text.encode() for sample in SAMPLES}
    ini = [text for name, text in texts.items() if "twarc" in name]
    lines = [
        text for name, text in texts.items() if name.endswith((".env", ".properties", ".conf"))
    ]
    of_json = [text for name, text in texts.items() if name.endswith(".json")]
    by_tool = {
        "twurl, t, x-cli": [TWURL.encode(), texts["nil.twurlrc"]],
        "xurl": [XURL_1.encode(), XURL_3.encode()],
        "twarc": ini,
        "two lines": [texts[".twitter_oauth"]],
        "named values": [*lines, texts[".oysttyerkey"]],
        "JSON": of_json,
        "rtweet": [texts[".rtweet_token1.rds"]],
    }
    plain = partial(_from_file, folder / "file")
    return {
        **{name: Reader(plain, seeds) for name, seeds in by_tool.items()},
        "Cawbird": Reader(
            partial(_from_file, _older(folder) / "Cawbird.db"),
            _databases(folder),
            databases.MAX_BYTES,
            keeps_length=True,
        ),
    }


def _from_file(path: Path, content: bytes) -> None:
    _ = path.write_bytes(content)
    _ = read_file(path)


def _older(folder: Path) -> Path:
    """Where an account's tokens are in a file of its own."""
    beside = folder / "older"
    _ = cawbird(beside / "Cawbird.db", older=True)
    return beside


def _databases(folder: Path) -> list[bytes]:
    made = [cawbird(folder / str(older) / "Cawbird.db", older=older) for older in (False, True)]
    return [path.read_bytes() for path in made]


def _pasted_texts() -> dict[str, Reader]:
    pasted = f"API Key\n{K}\nAPI Key Secret\n{S}\nexport TWITTER_BEARER_TOKEN='{B}'\n{T}\n{TS}\n"
    callback = "http://127.0.0.1:8739/callback"
    answers = [
        f"{callback}?oauth_token={T}&oauth_verifier=b".encode(),
        f"{callback}?code=abc&state=xyz".encode(),
        b"123 4567",
    ]
    handles = b"@fernwick_news, https://x.com/tidal_times?s=20; marsh\n"
    by_name: dict[str, Callable[[str], object]] = {
        "a page's address": read_address,
        **{
            f"a pasted answer, {kind.value}": partial(read_brought_back, kind)
            for kind in CredentialKind
        },
    }
    return {
        "pasted keys": Reader(_as_text(parse_keys), [pasted.encode()]),
        "pasted handles": Reader(_as_text(read_handles), [handles]),
        **{
            name: Reader(_as_text(read), answers, refusals=(CallbackResponseError,))
            for name, read in by_name.items()
        },
    }


def _texts_of_x() -> dict[str, Reader]:
    page = "<!doctype html><title>Whoa there!</title><script>x</script><p>A &amp; b</p>"
    error = '<?xml version="1.0"?><errors><error code="415">No</error></errors>'
    call = Call("/oauth/request_token", Hosts())
    return {
        "X's answers": Reader(
            lambda given: diagnose_response(403, {}, given, call),
            [page.encode(), error.encode(), b'{"errors":[{"code":32,"message":"No"}]}'],
        ),
        "what a bot printed": Reader(
            lambda given: explain_error(given, [], NOON),
            [sample.text.encode() for sample in PRINTED],
            LONGEST,
        ),
    }


def _other_texts() -> dict[str, Reader]:
    head = (
        f"GET /callback?oauth_token={T}&oauth_verifier=abc HTTP/1.1\r\nHost: 127.0.0.1:8739\r\n\r\n"
    )
    expected = Expectation("127.0.0.1:8739", "/callback", Secret(T))
    return {
        "the browser's return": Reader(
            lambda given: judge(given, expected), [head.encode()], LARGEST_HEAD
        ),
        "the log": Reader(
            _as_text(redact_shapes),
            [f"//me:word@proxy oauth_token={T} Authorization: Bearer {B}\n".encode()],
        ),
    }


def _as_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda given: read(given.decode("utf-8", "replace"))


def _backups(store: Store) -> dict[str, Reader]:
    where = Path("backup")
    key = new_key(_PASSPHRASE, where, Cost(memory_kib=64, iterations=1, lanes=1))
    contents = packed(_backup())

    def plan(given: bytes) -> None:
        _ = look_at_restore(store, unpacked(given, where))

    def opened(given: bytes) -> None:
        """With a digest that is right: whoever changes a file can compute it too."""
        for raw in (given, given[:-_DIGEST] + hashlib.sha256(given[:-_DIGEST]).digest()):
            with suppress(VaultError):
                _ = open_sealed(raw, key, Purpose.BACKUP, where)

    age = b"age-encryption.org/v1\n-> scrypt %s 18\n%s\n--- %s\n" % (
        b"s" * 22,
        b"b" * 43,
        b"m" * 43,
    )
    refusals = (DiagnosedError,)
    return {
        "a backup's contents": Reader(plan, [contents], refusals=refusals),
        "a backup": Reader(opened, [seal(contents, key, Purpose.BACKUP)], refusals=refusals),
        "a backup in age": Reader(
            lambda given: checked_cost(given, where), [age + contents], refusals=refusals
        ),
    }


def _backup() -> Backup:
    kept = KeptAccount(account(), OLD, (Event(account().id, EventKind.CHECKED, NOON, "check"),))
    return Backup(
        NOON,
        ((APP, OLD_KEYS),),
        (kept, KeptAccount(account(2, "7002", "tidal_times"), None, (), (facts(), PAIR))),
        ((attempt(), WAITING), (code_attempt(), CODE_WAITING)),
        account().id,
    )


def worst(reader: Reader) -> list[bytes]:
    """The inputs that patterns, parsers and lists are known to suffer from, as long as can be."""
    if reader.keeps_length:
        return []
    return [
        (begin + unit * (reader.longest // len(unit)))[: reader.longest - 1] + b"x"
        for unit in _WORST
        for begin in (b"", reader.seeds[0])
    ]


def hostile(reader: Reader, seed: str, number: int) -> bytes:
    """Make an input; the same each time for the same seed and number."""
    draw = random.Random(f"{seed} {number}")  # noqa: S311 - inputs of a test
    if number % _ONE_IN == 0 and not reader.keeps_length:
        return _drawn_out(draw, reader)[: reader.longest]
    content = bytearray(draw.choice(reader.seeds))
    for _ in range(draw.randint(1, 6)):
        _edit(draw, content, reader)
    return bytes(content)


def _drawn_out(draw: random.Random, reader: Reader) -> bytes:
    """Repeat a few pieces up to one of three lengths, between a beginning and an end."""
    pieces = [*_PIECES, *draw.choice(reader.seeds).splitlines(keepends=True)]
    begin, unit, end = (b"".join(draw.choices(pieces, k=draw.randint(k, 3))) for k in (0, 1, 0))
    length = reader.longest // draw.choice([1, 16, 16, 16, 256, 256])
    return begin + unit * max(1, (length - len(begin) - len(end)) // len(unit)) + end


def _edit(draw: random.Random, content: bytearray, reader: Reader) -> None:
    at = draw.randrange(len(content) + 1)
    if reader.keeps_length:
        bytes_ = draw.randbytes(draw.randint(1, 4))
        content[at : at + len(bytes_)] = bytes_[: max(0, len(content) - at)]
        return
    kind = draw.randrange(4)
    length = draw.randrange(40)
    if kind == 0:
        del content[at : at + length]
    elif kind == 1:
        content[at:at] = draw.choice(_PIECES) * draw.choice([1, 1, 2, 50])
    elif kind == 2:
        content[at : at + 1] = draw.randbytes(1)
    else:
        content[at:at] = content[at : at + length] * draw.choice([1, 2, 20])
