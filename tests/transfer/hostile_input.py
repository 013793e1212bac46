"""Hostile inputs for each reader of text or files: mutated, and of any length."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.sample_records import (
    APP,
    NOON,
    OAUTH2_TOKENS,
    OAUTH2_WAITING_SECRETS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    WAITING_SECRETS,
    FakeClock,
    make_account,
    make_pending,
    make_pending_oauth2,
    make_placement,
    make_token_metadata,
)
from tests.support.update_server import PAGE, SUMMARY
from tests.support.vaults import MemoryVault
from tests.transfer.format_inputs import FORMATS, list_seeds, make_large, write_export
from tests.transfer.sample_keys import TS, B, K, S, T
from tests.transfer.tools.tool_files import SAMPLES, TWURL, XURL_1, XURL_3, write_cawbird
from tests.xapi.printed_errors import SAMPLES as PRINTED
from twauth_gui.domain.account_names import parse_handles
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind
from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    parse_pasted_response,
    parse_redirect_url,
)
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.update_notice import UpdateNoticeError, parse_notice, require_current
from twauth_gui.gui.start_request import StartRequest, decode_request, encode_request
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.services import shell_setup
from twauth_gui.services.explain_error import explain_error
from twauth_gui.services.licences import LICENCE_FOLDER, list_licensed_works
from twauth_gui.services.shell_setup import (
    Shell,
    insert_lines,
    plan_shell_setup,
    strip_lines,
)
from twauth_gui.store.age_file import check_memory_cost
from twauth_gui.store.backup import Backup, BackupAccount, pack_backup, parse_backup
from twauth_gui.store.restore_plan import preview_restore
from twauth_gui.store.sealed_file import derive_new_key, open_sealed, seal
from twauth_gui.store.sealed_format import KdfCost, SealPurpose
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.transfer import preset_files
from twauth_gui.transfer.destinations import destination_files
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.destinations.destination_files import (
    DestinationFileError,
    read_destination,
)
from twauth_gui.transfer.destinations.secret_listing import parse_listing
from twauth_gui.transfer.destinations.vendor_command import MAX_OUTPUT_BYTES
from twauth_gui.transfer.pasted_keys import MAX_BYTES, parse_keys
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.preset_files import PresetFileError, format_preset, read_presets
from twauth_gui.transfer.tools import cawbird as databases
from twauth_gui.transfer.tools.reader import MAX_BYTES as MAX_FILE_BYTES
from twauth_gui.transfer.tools.reader import read_file
from twauth_gui.xapi.callback_request import MAX_HEAD_BYTES, ExpectedCallback, evaluate_request
from twauth_gui.xapi.error_text.plain_text import MAX_INPUT_BYTES
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_response
from twauth_gui.xapi.redaction import redact_patterns
from twauth_gui.xapi.update_file import MAX_BYTES as MAX_UPDATE_BYTES
from twauth_gui.xapi.update_file import verify_update_file

_WORST = (b"\n", b" ", b"a\n", b"a=", b"a: b\n", b"[")
_PASSPHRASE = Secret("tidal ferry lantern")
_DIGEST = 32
_ONE_IN = 20  # one input in so many is a long one
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
    *(b"\\ud800", b"9" * 400, b"1e999"),
    *(b"<error>", b"<script>", b"&#9", b"//", b"oauth_token=", b"1" * 40, K.encode(), T.encode()),
)


@dataclass(frozen=True)
class InputReader:
    """A reader of text from outside.

    Attributes:
        read: takes an input whole; raises one of refusals at most.
        seeds: inputs as they should be.
        longest: how many bytes of an input are read.
        keeps_length: whether only bytes in place are changed, as in a file of pages.
        large: makes inputs as long as can be.
    """

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    longest: int = MAX_BYTES
    refusals: tuple[type[Exception], ...] = ()
    keeps_length: bool = False
    large: Callable[[], Iterable[bytes]] = tuple


@contextmanager
def open_readers() -> Generator[dict[str, InputReader]]:
    """Yield all readers by name; their shared folder and store are closed with the context."""
    with TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        with closing(Store.open(folder / "data", MemoryVault(), now=FakeClock())) as store:
            yield {
                **_tools(folder),
                **{f"{name} files": _format_reader(folder, name) for name in FORMATS},
                **_pasted_texts(),
                **_texts_of_x(),
                **_other_texts(),
                **_update_notices(),
                **_destinations(),
                **_files_of_the_system(folder),
                **_backups(store),
            }


def _tools(folder: Path) -> dict[str, InputReader]:
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
        **{name: InputReader(plain, seeds, MAX_FILE_BYTES) for name, seeds in by_tool.items()},
        "1Password": InputReader(plain, [write_export(TWURL)], MAX_FILE_BYTES),
        "Cawbird": InputReader(
            partial(_from_file, _read_older_cawbird(folder) / "Cawbird.db"),
            _databases(folder),
            databases.MAX_BYTES,
            keeps_length=True,
        ),
    }


def _format_reader(folder: Path, name: str) -> InputReader:
    """Each input is read under one of the names that files of the format have."""
    seeds = list_seeds(name)
    names = sorted({file_name or "notes" for file_name, _ in seeds})

    def read(content: bytes) -> None:
        _from_file(folder / names[len(content) % len(names)], content)

    return InputReader(
        read,
        [seed for _, seed in seeds],
        MAX_FILE_BYTES,
        large=lambda: make_large(name),
    )


def _from_file(path: Path, content: bytes) -> None:
    _ = path.write_bytes(content)
    _ = read_file(path)


def _read_older_cawbird(folder: Path) -> Path:
    """Where an account's tokens are in a file of its own."""
    beside = folder / "older"
    _ = write_cawbird(beside / "Cawbird.db", older=True)
    return beside


def _databases(folder: Path) -> list[bytes]:
    made = [
        write_cawbird(folder / str(older) / "Cawbird.db", older=older) for older in (False, True)
    ]
    return [path.read_bytes() for path in made]


def _pasted_texts() -> dict[str, InputReader]:
    pasted = f"API Key\n{K}\nAPI Key Secret\n{S}\nexport TWITTER_BEARER_TOKEN='{B}'\n{T}\n{TS}\n"
    callback = "http://127.0.0.1:8739/callback"
    answers = [
        f"{callback}?oauth_token={T}&oauth_verifier=b".encode(),
        f"{callback}?code=abc&state=xyz".encode(),
        b"123 4567",
    ]
    handles = b"@fernwick_news, https://x.com/tidal_times?s=20; marsh\n"
    by_name: dict[str, Callable[[str], object]] = {
        "a page's address": parse_redirect_url,
        **{
            f"a pasted answer, {kind.value}": partial(parse_pasted_response, kind)
            for kind in CredentialKind
        },
    }
    return {
        "pasted keys": InputReader(_as_text(parse_keys), [pasted.encode()]),
        "pasted handles": InputReader(_as_text(parse_handles), [handles]),
        **{
            name: InputReader(_as_text(read), answers, refusals=(CallbackResponseError,))
            for name, read in by_name.items()
        },
    }


def _texts_of_x() -> dict[str, InputReader]:
    page = "<!doctype html><title>Whoa there!</title><script>x</script><p>A &amp; b</p>"
    error = '<?xml version="1.0"?><errors><error code="415">No</error></errors>'
    call = CallContext("/oauth/request_token", Hosts())
    return {
        "X's answers": InputReader(
            lambda given: diagnose_response(403, {}, given, call),
            [page.encode(), error.encode(), b'{"errors":[{"code":32,"message":"No"}]}'],
        ),
        "what a bot printed": InputReader(
            lambda given: explain_error(given, [], NOON),
            [sample.text.encode() for sample in PRINTED],
            MAX_INPUT_BYTES,
        ),
    }


def _other_texts() -> dict[str, InputReader]:
    head = (
        f"GET /callback?oauth_token={T}&oauth_verifier=abc HTTP/1.1\r\nHost: 127.0.0.1:8739\r\n\r\n"
    )
    expected = ExpectedCallback("127.0.0.1:8739", "/callback", Secret(T))
    return {
        "the browser's return": InputReader(
            lambda given: evaluate_request(given, expected), [head.encode()], MAX_HEAD_BYTES
        ),
        "the log": InputReader(
            _as_text(redact_patterns),
            [f"//me:word@proxy oauth_token={T} Authorization: Bearer {B}\n".encode()],
        ),
        "export presets": InputReader(
            lambda given: read_presets(given, "mine.toml"),
            [format_preset(one).encode() for one in builtin_presets()],
            preset_files.MAX_BYTES,
            (PresetFileError,),
        ),
    }


def _update_notices() -> dict[str, InputReader]:
    """What the server sends, and what it says once the signature is right."""
    times = {"issued": NOON.isoformat(), "expires": "2999-01-01T00:00:00+00:00"}
    notice = json.dumps({"version": "99.0.0", "summary": SUMMARY, "page": PAGE, **times})
    file = json.dumps({"signed": notice, "signature": "A" * 86 + "=="})
    key = "A" * 43 + "="

    def read(text: str) -> None:
        require_current(parse_notice(text), NOON, NOON)

    refusals = (UpdateNoticeError,)
    return {
        "an update's file": InputReader(
            lambda given: verify_update_file(given, [key]),
            [file.encode()],
            MAX_UPDATE_BYTES,
            refusals,
        ),
        "an update's notice": InputReader(
            _as_text(read), [notice.encode()], MAX_UPDATE_BYTES, refusals
        ),
    }


def _destinations() -> dict[str, InputReader]:
    """Files of destinations, and what vendors' commands list."""
    files = sorted(resource_path("destinations").glob("*.toml"))
    commands = [one.commands for one in builtin_destinations()]
    lists = [one.listing for one in commands if one and one.listing]

    def read_list(text: str) -> None:
        _ = parse_listing(lists[len(text) % len(lists)], text)

    listed = [
        b'[{"name": "A_KEY", "updatedAt": "2026-01-02T03:04:05Z"}]',
        b'{"SecretList": [{"Name": "a/KEY", "LastChangedDate": 1.5}]}',
        b'{"keys": ["A_KEY"]}\n{"A_KEY": "1"}\n',
        b"A_KEY 2026-01-02\nNAME  UPDATED\n|-- A_KEY\n",
    ]
    return {
        "a destination's file": InputReader(
            lambda given: read_destination(given, "mine.toml", is_own=True),
            [path.read_bytes() for path in files],
            destination_files.MAX_BYTES,
            (DestinationFileError,),
        ),
        "a vendor's list": InputReader(
            _as_text(read_list),
            listed,
            MAX_OUTPUT_BYTES,
            (ValueError,),
            large=lambda: _make_large_lists(len(lists)),
        ),
    }


def _make_large_lists(count: int) -> Iterator[bytes]:
    """Yield lists as long as can be, each once for every vendor, whom the length chooses."""
    for begin, item, end in (
        (b"[", b'{"name":"%d","updatedAt":"2026"},', b'{"name":"K"}]'),
        (b"{", b'"K%d":{},', b'"K":{}}'),
        (b"", b'{"name":"K%d"}\n', b""),
        (b"", b"K%d 2026\n", b""),
    ):
        room = MAX_OUTPUT_BYTES - len(begin) - len(end) - count
        whole = begin + b"".join(item % n for n in range(room // len(item % 10**6))) + end
        yield from (whole + b" " * number for number in range(count))


def _files_of_the_system(folder: Path) -> dict[str, InputReader]:
    """A shell's start-up file, a bundle's list of licences, another start's request."""
    setup = plan_shell_setup(Shell.ZSH, {"ZDOTDIR": str(folder)})
    bundle = folder / LICENCE_FOLDER
    bundle.mkdir()
    licence = [{"expression": "MIT"}]
    said = [{"name": "twauth:licence-text", "value": "twauth/LICENSE"}]
    work = {"name": "twauth", "version": "1.0.0", "licenses": licence, "properties": said}
    part = {"name": "a", "type": "library", "licenses": licence}
    bill = {"metadata": {"component": {**work, "components": [part]}}, "components": [work]}

    def set_up(content: bytes) -> None:
        longer, _ = insert_lines(content, setup.lines)
        assert strip_lines(longer) in {content, content + b"\n"}

    def read_licences(content: bytes) -> None:
        _ = (bundle / "twauth.cdx.json").write_bytes(content)
        _ = list_licensed_works(bundle)

    request = encode_request(StartRequest((folder / "a.env",), activation_token="token"))
    refusals = (DiagnosedError,)
    return {
        "a shell's start-up file": InputReader(
            set_up,
            [b"# mine\nfpath=(~/.zsh $fpath)\nautoload -U compinit && compinit\n"],
            shell_setup.MAX_START_BYTES,
            refusals,
        ),
        "a bundle's licences": InputReader(
            read_licences, [json.dumps(bill).encode()], refusals=refusals
        ),
        "another start's request": InputReader(
            decode_request, [request], refusals=(ValueError, RecursionError)
        ),
    }


def _as_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda given: read(given.decode("utf-8", "replace"))


def _backups(store: Store) -> dict[str, InputReader]:
    where = Path("backup")
    key = derive_new_key(_PASSPHRASE, where, KdfCost(memory_kib=64, iterations=1, lanes=1))
    contents = pack_backup(_backup())

    def plan(given: bytes) -> None:
        _ = preview_restore(store, parse_backup(given, where))

    def opened(given: bytes) -> None:
        """With a correct digest: an attacker who changes a file can compute it too."""
        for raw in (given, given[:-_DIGEST] + hashlib.sha256(given[:-_DIGEST]).digest()):
            with suppress(VaultError):
                _ = open_sealed(raw, key, SealPurpose.BACKUP, where)

    age = b"age-encryption.org/v1\n-> scrypt %s 18\n%s\n--- %s\n" % (
        b"s" * 22,
        b"b" * 43,
        b"m" * 43,
    )
    refusals = (DiagnosedError,)
    return {
        "a backup's contents": InputReader(plan, [contents], refusals=refusals),
        "a backup": InputReader(
            opened, [seal(contents, key, SealPurpose.BACKUP)], refusals=refusals
        ),
        "a backup in age": InputReader(
            lambda given: check_memory_cost(given, where), [age + contents], refusals=refusals
        ),
    }


def _backup() -> Backup:
    kept = BackupAccount(
        make_account(),
        OLD_CREDENTIALS,
        (AccountEvent(make_account().id, AccountEventKind.CHECKED, NOON, "check"),),
        placements=(make_placement(),),
    )
    return Backup(
        NOON,
        ((APP, OLD_KEYS),),
        (
            kept,
            BackupAccount(
                make_account(2, "7002", "tidal_times"),
                None,
                (),
                (make_token_metadata(), OAUTH2_TOKENS),
            ),
        ),
        ((make_pending(), WAITING_SECRETS), (make_pending_oauth2(), OAUTH2_WAITING_SECRETS)),
        make_account().id,
        app_placements=(make_placement(None),),
        fingerprint_key=Secret("00" * 32),
    )


def make_worst_inputs(reader: InputReader) -> Iterator[bytes]:
    """Yield what patterns, parsers and lists are known to suffer from, as long as can be."""
    if reader.keeps_length:
        return
    yield from reader.large()
    begins = (reader.seeds[0],) if reader.longest > MAX_BYTES else (b"", reader.seeds[0])
    for unit in _WORST:
        for begin in begins:
            whole = begin + unit * (reader.longest // len(unit))
            yield whole[: reader.longest - 1] + b"x"


def draw_hostile_input(reader: InputReader, seed: str, number: int) -> bytes:
    """Make an input; the same each time for the same seed and number."""
    draw = random.Random(f"{seed} {number}")  # noqa: S311 - inputs of a test
    if number % _ONE_IN == 0 and not reader.keeps_length:
        return _draw_long_input(draw, reader)[: reader.longest]
    content = bytearray(draw.choice(reader.seeds))
    for _ in range(draw.randint(1, 6)):
        _edit(draw, content, reader)
    return bytes(content)


def _draw_long_input(draw: random.Random, reader: InputReader) -> bytes:
    """Repeat a few pieces up to one of three lengths, seldom the longest."""
    pieces = [*_PIECES, *draw.choice(reader.seeds).splitlines(keepends=True)]
    begin, unit, end = (b"".join(draw.choices(pieces, k=draw.randint(k, 3))) for k in (0, 1, 0))
    length = reader.longest // draw.choice([1, *[32] * 20, *[256] * 20])
    return begin + unit * max(1, (length - len(begin) - len(end)) // len(unit)) + end


def _edit(draw: random.Random, content: bytearray, reader: InputReader) -> None:
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
