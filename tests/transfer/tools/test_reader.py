"""The files of known tools are read, and no other file does harm."""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from tests.transfer.sample_keys import TS, K, S, T
from tests.transfer.tools.limited_reader import read_with_limits
from tests.transfer.tools.tool_files import (
    ONE,
    SAMPLES,
    TWO,
    ToolFile,
    write_cawbird,
    write_tool_files,
)
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import ExportEntry, render_accounts
from twauth_gui.transfer.found_credentials import FoundAccount, FoundFile
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.tools.places import SearchRoots, known_places
from twauth_gui.transfer.tools.reader import MAX_BYTES, read_file

FULL = bool(os.environ.get("TWAUTH_FULL"))
EXAMPLES = 10_000 if FULL else 300
# Section by section the names of the tools people come from; a row is key, secret, token, secret.
ALIASES = """
CONSUMER_KEY CONSUMER_SECRET ACCESS_TOKEN ACCESS_TOKEN_SECRET
CONSUMER_KEY CONSUMER_SECRET ACCESS_KEY ACCESS_SECRET
TWITTER_CONSUMER_KEY TWITTER_CONSUMER_SECRET TWITTER_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_SECRET
TWITTER_API_KEY TWITTER_API_SECRET_KEY TWITTER_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_SECRET
TWITTER_API_KEY TWITTER_API_KEY_SECRET TWITTER_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_SECRET
TWITTER_API_KEY TWITTER_API_SECRET TWITTER_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_SECRET
API_KEY API_SECRET_KEY ACCESS_TOKEN ACCESS_TOKEN_SECRET
TWITTER_CONSUMER_API_KEY TWITTER_CONSUMER_API_SECRET TWITTER_ACCESS_TOKEN ACCESS_TOKEN_SECRET
consumer-key consumer-secret access-token access-token-secret
CONSUMER_API_KEY CONSUMER_API_SECRET_KEY ACCESS_TOKEN ACCESS_TOKEN_SECRET
X_API_KEY X_API_SECRET X_ACCESS_TOKEN X_ACCESS_TOKEN_SECRET
X_API_KEY X_API_SECRET X_ACCESS_TOKEN X_ACCESS_SECRET
X_CONSUMER_KEY X_SECRET_KEY X_ACCESS_TOKEN X_ACCESS_TOKEN_SECRET
T_AUTHORIZE_API_KEY T_AUTHORIZE_API_SECRET RTWEET_ACCESS_TOKEN RTWEET_ACCESS_SECRET
APP_KEY APP_SECRET ACCESS_TOKEN ACCESS_SECRET
TWITTER_CONSUMER_API_KEY TWITTER_SECRET_KEY TWITTER_ACCESS_TOKEN_KEY TWITTER_ACCESS_SECRET
CONSUMER_API_KEY_TOKEN CONSUMER_API_KEY_SECRET TWITTER_ACCESS_KEY TWITTER_ACCESS_SECRET
X_OAUTH1_CONSUMER_KEY X_OAUTH1_CONSUMER_SECRET OAUTH1_TOKEN OAUTH1_TOKEN_SECRET
TWITTER_PERSONAL_CONSUMER_KEY TWITTER_CONSUMER_API_SECRET_KEY AUTH_ACCESS_TOKEN ACCESS_TOKEN_SECRET
TWITTER_API_KEY X_API_SECRET_KEY TWITTER_ACCESS_TOKEN TWITTER_ACCESS_SECRET
appKey appSecret accessToken accessSecret
consumer_key consumer_secret access_token_key access_token_secret
apiKey apiSecretKey accessToken accessTokenSecret
api_key api_secret access_token access_token_secret
""".strip().splitlines()


def flat(one: FoundAccount) -> tuple[str | None, str | None, str, str, str]:
    keys = None if one.app is None else one.app.keys
    credentials = one.credentials
    return (
        keys.api_key.reveal() if keys else None,
        keys.api_secret.reveal() if keys else None,
        credentials.access_token.reveal(),
        credentials.access_secret.reveal(),
        one.handle,
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_what_a_tool_leaves_is_read(sample: ToolFile, tmp_path: Path) -> None:
    write_tool_files(tmp_path)
    found = read_file(tmp_path / sample.name)
    assert tuple(map(flat, found.accounts)) == sample.accounts
    keys = [(one.keys.api_key.reveal(), one.keys.api_secret.reveal()) for one in found.apps]
    assert tuple(keys) == sample.apps
    assert tuple(one.what for one in found.skipped) == sample.skipped
    assert all(re.fullmatch(r"[A-Z].*[.)]", one.reason) for one in found.skipped)


@pytest.mark.parametrize("names", ALIASES)
def test_every_alias_is_known_as_env_and_as_json(names: str, tmp_path: Path) -> None:
    pairs = list(zip(names.split(), ONE, strict=True))
    as_env = "".join(f"{name}={value}\n" for name, value in pairs)
    as_json = "{" + ", ".join(f'"{name}": "{value}"' for name, value in pairs) + "}"
    for text in (as_env, as_json):
        (tmp_path / "file").write_text(text)
        assert tuple(map(flat, read_file(tmp_path / "file").accounts)) == ((*ONE, ""),)


def test_what_this_program_exports_comes_back(tmp_path: Path) -> None:
    for preset in builtin_presets():
        values = {"API key": K, "API secret": S, "access token": T, "access token secret": TS}
        lines = [(name, values.get(field.value)) for field, name in preset.names.items()]
        known = [(name, value) for name, value in lines if value]
        if len(known) != len(values) or preset.syntax is FileSyntax.JSON:
            continue
        (tmp_path / "file").write_text("".join(f"{name}={value}\n" for name, value in known))
        assert tuple(map(flat, read_file(tmp_path / "file").accounts)) == ((*ONE, ""),), preset.id


def exported(handle: str, values: tuple[str, str, str, str]) -> ExportEntry:
    key, secret, token, token_secret = map(Secret, values)
    keys, credentials = AppKeys(key, secret), Credentials(token, token_secret)
    return ExportEntry(handle, "Some Name", "7", "Newsroom", keys, credentials)


# What does not say of a single account whose it is, and what does not even say it of several.
_UNNAMED_ALONE = {FileSyntax.JSON, FileSyntax.MCP, FileSyntax.XURL}
_UNNAMED = {FileSyntax.XURL}
_TEXTS = [
    one
    for one in builtin_presets()
    if one.names_oauth1 and Field.API_KEY in one.names and one.syntax.has_values
    if not one.makes_folder(1)
]


@pytest.mark.parametrize("preset", _TEXTS, ids=lambda one: one.id)
@pytest.mark.parametrize("other_app", [False, True])
def test_an_export_comes_back_with_its_handles(
    preset: ExportPreset, tmp_path: Path, *, other_app: bool
) -> None:
    second = (TWO[0], f"{TWO[1]}0", *TWO[2:]) if other_app else (*ONE[:2], *TWO[2:])
    entries = [exported("fernwick_news", ONE), exported("marsh_weather", second)]
    (tmp_path / "one").write_text(render_accounts(preset, entries[:1]).reveal())
    named = preset.syntax not in _UNNAMED_ALONE or preset.details or preset.is_always_grouped
    (one,) = map(flat, read_file(tmp_path / "one").accounts)
    assert one == (*ONE, "fernwick_news" if named else "")
    if preset.makes_folder(2):
        return
    (tmp_path / "two").write_text(render_accounts(preset, entries).reveal())
    named = preset.syntax not in _UNNAMED
    both = tuple(map(flat, read_file(tmp_path / "two").accounts))
    handles = ("fernwick_news", "marsh_weather") if named else ("", "")
    assert both == ((*ONE, handles[0]), (*second, handles[1]))


_NAMES = ["consumer_key", "consumer_secret", "access_token", "access_token_secret"]
_JSON = json.dumps(dict(zip(_NAMES, ONE, strict=True)))
_LINES = "".join(f"{name}={value}\n" for name, value in zip(_NAMES, ONE, strict=True))


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        (f"handle,{','.join(_NAMES)}\n@fernwick_news,{','.join(ONE)}\n", "fernwick_news"),
        (f"{';'.join(_NAMES)};Username\n{';'.join(ONE)};fernwick_news\n", "fernwick_news"),
        (_JSON.replace("{", '{"screen_name": "fernwick_news", '), "fernwick_news"),
        (f'{{"username": "fernwick_news", "keys": {_JSON}}}', "fernwick_news"),
        (f'[{{"handle": "", "keys": {_JSON}}}]', ""),
        (f'{{"handle": "not a handle!", "keys": {_JSON}}}', ""),
        (f'[{{"handle": "marsh_weather"}}, {{"handle": "tidal"}}, {_JSON}]', ""),
        (f"TWITTER_USERNAME=fernwick_news\n{_LINES}", "fernwick_news"),
        (f"{_LINES}\nX_HANDLE='@fernwick_news'\n", "fernwick_news"),
        (f"USERNAME=postgres\n{_LINES}", ""),
        (f"# the bot of @fernwick_news\n{_LINES}", ""),
        (f"# handle: marsh_weather\n{_LINES}", ""),
        (f"- screen_name: fernwick_news\n  {_LINES.replace('=', ': ')}", "fernwick_news"),
    ],
)
def test_a_handle_that_a_file_names_is_read(text: str, handle: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    assert tuple(map(flat, read_file(tmp_path / "file").accounts)) == ((*ONE, handle),)


def test_half_an_app_is_not_made_whole_with_another(tmp_path: Path) -> None:
    mixed = f"consumer_key={TWO[0]}\naccess_token={TWO[2]}\naccess_token_secret={TWO[3]}\n"
    (tmp_path / "file").write_text(f"{_LINES}\n{mixed}")
    apps = [flat(one)[:2] for one in read_file(tmp_path / "file").accounts]
    assert apps == [ONE[:2], (None, None)]


def test_a_handle_ends_with_its_paragraph(tmp_path: Path) -> None:
    """A handle above another account's keys does not count for these."""
    second = "".join(f"{name}={value}\n" for name, value in zip(_NAMES, TWO, strict=True))
    (tmp_path / "file").write_text(f"# @fernwick_news, Newsroom\n{_LINES}\n{second}")
    handles = [one.handle for one in read_file(tmp_path / "file").accounts]
    assert handles == ["fernwick_news", ""]


def test_the_known_tools_are_found_at_home(tmp_path: Path) -> None:
    write_tool_files(tmp_path)
    write_cawbird(tmp_path / ".config" / "cawbird" / "Cawbird.db")
    (tmp_path / ".xurl").unlink()
    (tmp_path / "third").rename(tmp_path / ".xurl")
    installation = SearchRoots(
        home=tmp_path,
        config=tmp_path / ".config",
        environment={"TWITTER": str(tmp_path / "nltk"), "TWITTER_PAT": str(tmp_path / "gone.rds")},
        here=tmp_path / "work",
    )
    places = known_places(installation)
    assert Counter(place.tool for place in places) == Counter(
        [
            *("twurl", "t", "x-cli", "xurl", "xurl", "twarc", "twarc", "python-twitter-tools"),
            *("rainbowstream", "oysttyer", "TTYtter", "elizaOS", "Cawbird", "NLTK"),
            *("a .env file", "Twitter4J", "rtweet"),
        ]
    )
    found = [read_file(place.path, place.tool) for place in places]
    assert all(one.accounts or one.skipped for one in found)
    assert [one.tool for one in found] == [place.tool for place in places]
    assert known_places(SearchRoots(tmp_path / "no", tmp_path / "no", {})) == []


@pytest.mark.parametrize("older", [False, True])
def test_cawbirds_list_is_read_and_not_touched(tmp_path: Path, *, older: bool) -> None:
    path = write_cawbird(tmp_path / "Cawbird.db", older=older)
    before = {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")}
    assert tuple(map(flat, read_file(path).accounts)) == ((*ONE, "fernwick_news"),)
    assert {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")} == before


@pytest.mark.slow
def test_what_is_no_file_of_keys_is_explained(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "folder").mkdir()
    many = "".join(f"  a{n}: &b\n    {{}}\n" if n == 0 else f"  a{n}: *b\n" for n in range(9_000))
    crowd = many.replace("{}", "{" + ", ".join(f"c{n}: {{token: t}}" for n in range(20)) + "}")
    (tmp_path / "copies").write_text(f"profiles:\n{crowd}")
    (tmp_path / "crowd").write_text(
        "oauth2_tokens:\n" + "".join(f" u{n}: {{}}\n" for n in range(10_001))
    )
    (tmp_path / "long").write_text("profiles:\n" + "a: [b]\n" * 6_000)
    (tmp_path / "deep").write_text("profiles:\n" + "[" * 60)
    (tmp_path / "rest").write_text(".\n" + "a\n" * 20_000)
    (tmp_path / "within").write_text('A={"b": "c"}\n' * 2_500)
    for name, why in (
        ("pipe", "not a regular file"),
        ("large", "larger than"),
        ("folder", "It is a folder"),
        ("gone", "No such file"),
        ("crowd", "more than 10,000"),
        ("copies", "more than 10,000"),
        ("long", "no X key"),
        ("deep", "not valid YAML"),
        ("rest", "far more entries"),
        ("within", "far more entries"),
    ):
        found = read_file(tmp_path / name)
        assert not found.accounts
        assert any(why in one.reason for one in found.skipped), name


HANGING = {
    "forty empty lines": "\n" * 40 + f"API_KEY={K}\nAPI_SECRET={S}\n",
    "empty lines of an INI": "\n" * 26 + "[x",
    "blank comments": "#\n \n" * 30 + "x",
    "nothing but lines": "\n" * (MAX_BYTES - 1) + "x",
    "one long blank": f"[x]\na{' ' * (MAX_BYTES - 10)}b",
    "one long name": "a-" * (MAX_BYTES // 2),
    "a key in every line": "a\n" * (MAX_BYTES // 2),
    "a list of pairs": "a: b\n" * (MAX_BYTES // 5) + "profiles:\n",
    "brackets": "profiles: " + "[" * (MAX_BYTES - 20),
    "one part many times": "apps:\n a: &a\n  oauth2_tokens: {"
    + ", ".join(f"u{n}: {{}}" for n in range(9_000))
    + "}\n"
    + "".join(f" b{n}: *a\n" for n in range(5_000)),
}


@pytest.mark.parametrize("text", HANGING.values(), ids=HANGING)
@pytest.mark.slow
def test_no_text_makes_a_reader_hang(text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    count, reasons = read_with_limits(tmp_path / "file")
    assert count or reasons


def test_keys_below_empty_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(HANGING["forty empty lines"])
    assert len(read_file(tmp_path / "file").apps) == 1


class Impatient(CancelToken):
    """Cancelled at the second check."""

    _looks = 0

    @override
    def raise_if_cancelled(self) -> None:
        self._looks += 1
        if self._looks > 1:
            self.cancel()
        super().raise_if_cancelled()


@pytest.mark.parametrize("name", [".twurlrc", ".xurl", ".twarc", "bots.env", "Cawbird.db"])
def test_reading_ends_when_it_is_cancelled(name: str, tmp_path: Path) -> None:
    write_tool_files(tmp_path)
    _ = write_cawbird(tmp_path / "Cawbird.db")
    with pytest.raises(CancelledError):
        read_file(tmp_path / name, cancel=Impatient())


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(tmp_path: Path) -> None:
    """Between stat and open; the same goes for any file that grows or disappears."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    swapped = threading.Event()

    def swap() -> None:
        while not swapped.is_set():
            for target in ("pipe", "file"):
                (tmp_path / "next").symlink_to(target)
                (tmp_path / "next").replace(tmp_path / "link")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        reasons = {read_file(tmp_path / "link").skipped[0].reason for _ in range(2_000)}
    finally:
        swapped.set()
        thread.join()
    assert reasons == {"It is not a regular file.", "There is no X key in it."}


def _holds_only_whole_things(found: FoundFile) -> None:
    for one in found.accounts:
        assert one.credentials.access_token
        assert one.credentials.access_secret
        assert one.app is None or (one.app.keys.api_key and one.app.keys.api_secret)
    assert found.accounts or found.apps or found.skipped


TEXTS = [sample.text.encode() for sample in SAMPLES]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6
)
SNIPPETS = st.sampled_from(
    [
        *(b"profiles:\n", b"[x]\n", b"{", b"[" * 900, b"&a [*a]", b"!!python/name:os.system x\n"),
        *(b"\t: -\n", b"apps: {a: ", b"\xff\xfe", b"%(x)s", b"<<: *x\n", b"? ", b"'", b"token: "),
    ]
)


@st.composite
def malformed(draw: st.DrawFn) -> bytes:
    """A tool's file with parts cut out, inserted or exchanged; or something else."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=400))
    content = draw(st.sampled_from(TEXTS))
    for place, length, more in draw(EDITS):
        at = int(place * len(content))
        content = content[:at] + more + content[at + length :]
    extra = b"".join(draw(st.lists(SNIPPETS, max_size=3)))
    return extra + content if draw(st.booleans()) else content + extra


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=malformed())
def test_a_malformed_file_neither_crashes_nor_is_half_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    _holds_only_whole_things(read_file(path))


@settings(
    max_examples=EXAMPLES // 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=EDITS)
def test_a_damaged_database_neither_crashes_nor_is_half_read(
    tmp_path: Path, edits: list[tuple[float, int, bytes]]
) -> None:
    path = tmp_path / "Cawbird.db"
    if not path.exists():
        write_cawbird(path)
        path.with_suffix(".kept").write_bytes(path.read_bytes())
    content = path.with_suffix(".kept").read_bytes()
    for place, _, more in edits:
        at = 16 + int(place * (len(content) - 16))
        content = content[:at] + more + content[at + len(more) :]
    path.write_bytes(content)
    _holds_only_whole_things(read_file(path))
