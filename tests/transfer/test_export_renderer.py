"""An export is read back exactly: by a real shell, by json, and by Twauth itself."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.transfer.sample_keys import ENTRIES, VALUES
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import (
    HIDDEN_VALUE,
    ExportEntry,
    render_accounts,
    render_preview,
    render_variables,
    to_single_line,
)
from twauth_gui.transfer.export_syntaxes.quoting import escape_property, quote_shell
from twauth_gui.transfer.pasted_keys import PastedKeys, parse_keys
from twauth_gui.transfer.preset_catalog import builtin_presets, find_preset

_LINE_SYNTAXES = {FileSyntax.DOTENV, FileSyntax.DOCKER, FileSyntax.SYSTEMD, FileSyntax.PROPERTIES}
LINES = [
    one
    for one in builtin_presets()
    if one.syntax in _LINE_SYNTAXES and one.needs_oauth1 and not one.is_always_grouped
]
OBJECTS = [
    one
    for one in builtin_presets()
    if one.syntax is FileSyntax.JSON and one.names_oauth1 and not one.is_always_grouped
    if not any("." in name for name in one.all_names)
]


def account(handle: str, number: int, *, bearer: bool = False) -> ExportEntry:
    tail = f"{number:03d}"
    return ExportEntry(
        handle=handle,
        name="Fernwick Daily",
        user_id=f"1600000000000000{tail}",
        app_label="Newsroom",
        keys=AppKeys(
            Secret(f"kFernwick0000000000000{tail}"),
            Secret("s" * 47 + tail),
            Secret("A" * 60 + tail) if bearer else None,
        ),
        credentials=Credentials(
            Secret(f"1600000000000000{tail}-{'t' * 30}"), Secret("u" * 42 + tail)
        ),
    )


def secrets_of(entry: ExportEntry) -> list[str]:
    keys, credentials = entry.keys, entry.credentials
    assert credentials is not None
    values = (keys.api_key, keys.api_secret, credentials.access_token, credentials.access_secret)
    return [value.reveal() for value in values]


def read_by_shell(text: str, folder: Path, names: list[str]) -> list[str]:
    """Source the file in an empty environment, as "set -a; . ./.env" does."""
    file = folder / "rendered.env"
    file.write_bytes(text.encode())
    shown = " ".join(f'"${{{name}}}"' for name in names)
    script = f"set -aeu; . '{file}'; printf '%s\\0' {shown}"
    run = subprocess.run(
        ["env", "-i", "sh", "-c", script], check=True, capture_output=True, timeout=20
    )
    assert run.stderr == b""
    return run.stdout.decode().split("\0")[:-1]


def assignments(text: str) -> list[tuple[str, str]]:
    """Read as Docker reads --env-file: no quotes, no escapes, "#" at the start of a line."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


@pytest.mark.parametrize("known", LINES, ids=lambda known: known.id)
def test_a_shell_and_docker_read_every_account(known: ExportPreset, tmp_path: Path) -> None:
    @settings(
        max_examples=8,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(ENTRIES, min_size=1, max_size=3), st.booleans(), st.booleans())
    def check(entries: list[ExportEntry], comment: bool, bearer: bool) -> None:  # noqa: FBT001 - drawn
        text = render_accounts(known, entries, comment=comment, bearer=bearer).reveal()
        pairs = assignments(text)
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names)
        values = [value for _, value in pairs]
        for entry in entries:
            assert set(secrets_of(entry)) <= set(values)
            token = entry.keys.bearer_token
            wanted = bearer and Field.BEARER_TOKEN in known.names
            assert token is None or (token.reveal() in values) is wanted
        if known.syntax is FileSyntax.DOTENV:
            assert read_by_shell(text, tmp_path, names) == values

    check()


def credentials_of(found: PastedKeys) -> Credentials:
    assert found.access_token
    assert found.access_secret
    return Credentials(found.access_token, found.access_secret)


@pytest.mark.parametrize("known", [*LINES, *OBJECTS], ids=lambda known: known.id)
def test_twauth_reads_its_own_exports(known: ExportPreset) -> None:
    handles = ("fernwick_news", "marsh_weather", "24_hour_tides")
    entries = [account(handle, at) for at, handle in enumerate(handles)]
    for several in (entries, entries[:1]):
        found = parse_keys(render_accounts(known, several).reveal())
        assert found.app_keys == entries[0].keys
        assert credentials_of(found) == entries[0].credentials
        expected = ("There is more than one set of keys; Twauth uses the first one.",)
        assert found.notes == (expected if len(several) > 1 else ())


@settings(max_examples=25)
@given(st.sampled_from(LINES), ENTRIES)
def test_any_single_account_is_read_back(known: ExportPreset, entry: ExportEntry) -> None:
    found = parse_keys(render_accounts(known, [entry]).reveal())
    assert found.app_keys == AppKeys(entry.keys.api_key, entry.keys.api_secret)
    assert credentials_of(found) == entry.credentials


@given(st.sampled_from(OBJECTS), st.lists(ENTRIES, min_size=1, max_size=3), st.booleans())
def test_json_holds_every_account(
    known: ExportPreset,
    entries: list[ExportEntry],
    bearer: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    root = json.loads(render_accounts(known, entries, bearer=bearer).reveal())
    objects = root if len(entries) > 1 else [root]
    for entry, members in zip(entries, objects, strict=True):
        names = [known.names[field] for field in known.fields()]
        assert [members[name] for name in names] == secrets_of(entry)
        assert len(entries) == 1 or members["handle"] == entry.handle
        token = members.get(known.names[Field.BEARER_TOKEN])
        assert token == (
            entry.keys.bearer_token.reveal() if bearer and entry.keys.bearer_token else None
        )
        local = entry.api_url.startswith("http:")
        assert members.get("api_url") == (entry.api_url if known.details and local else None)


_OF_ONE_FILE = [one for one in builtin_presets() if not one.makes_folder(1)]


_NUMBER_LIKE = re.compile(r"[0-9a-fA-FxXoO_]+")


@given(
    st.sampled_from(_OF_ONE_FILE),
    st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.keys.api_key.reveal()),
    st.booleans(),
    st.booleans(),
)
def test_the_preview_is_the_text_with_dots(
    known: ExportPreset,
    entries: list[ExportEntry],
    comment: bool,  # noqa: FBT001 - drawn
    bearer: bool,  # noqa: FBT001 - drawn
) -> None:
    # As a name in YAML, a key that could be a number is quoted, and dots are not.
    assume(not any(_NUMBER_LIKE.fullmatch(entry.keys.api_key.reveal()) for entry in entries))
    entries = entries[:1] if known.makes_folder(2) else entries
    text = render_accounts(known, entries, comment=comment, bearer=bearer).reveal()
    shown = render_preview(
        known, [entry.preview() for entry in entries], comment=comment, bearer=bearer
    )
    values = [value for entry in entries for value in secrets_of(entry)]
    values += [entry.keys.bearer_token.reveal() for entry in entries if entry.keys.bearer_token]
    for value in sorted(values, key=len, reverse=True):
        assert value not in shown
        for one in (value, value.replace("%", "%%"), b64encode(value.encode()).decode()):
            text = text.replace(one, HIDDEN_VALUE)
    assert shown == text


def test_the_text_of_the_classic_bot() -> None:
    entry = account("fernwick_news", 1, bearer=True)
    key, secret, token, token_secret = secrets_of(entry)
    lines = [
        f"TWITTER_CONSUMER_KEY={key}",
        f"TWITTER_CONSUMER_SECRET={secret}",
        f"TWITTER_ACCESS_TOKEN={token}",
        f"TWITTER_ACCESS_TOKEN_SECRET={token_secret}",
        "",
    ]
    classic = find_preset("classic-bot")
    assert render_accounts(classic, [entry], comment=False).reveal() == "\n".join(lines)
    head = "# @fernwick_news, Newsroom"
    assert render_accounts(classic, [entry]).reveal() == "\n".join([head, *lines])
    named = render_variables(classic, [entry]).values
    assert list(named) == [*(line.split("=")[0] for line in lines[:-1]), "TWITTER_BEARER_TOKEN"]
    assert named["TWITTER_CONSUMER_KEY"].reveal() == key
    assert key not in repr(entry)


@given(st.lists(ENTRIES, min_size=1, max_size=3))
def test_the_environment_has_the_names_of_the_file(entries: list[ExportEntry]) -> None:
    for known in builtin_presets():
        if known.syntax is not FileSyntax.DOTENV or known.needs_oauth2:
            continue
        found = render_variables(known, entries)
        if not known.makes_folder(len(entries)):
            text = render_accounts(known, entries, comment=False, bearer=True).reveal()
            assert list(found.values) == [name for name, _ in assignments(text)], known.id
        if known.names_oauth1:
            own = {one for entry in entries for one in secrets_of(entry)}
            assert own <= {one.reveal() for one in found.secrets}, known.id
            alone = [render_variables(known, [entry]).values for entry in entries]
            assert len(found.values) == sum(map(len, alone)), known.id
        assert all(map(found.names.fullmatch, found.values)), known.id


def test_accounts_that_would_share_a_name_are_refused() -> None:
    names = {Field.API_KEY: "KEY", Field.API_SECRET: "B_KEY", Field.ACCESS_TOKEN: "TOKEN"}
    clash = replace(find_preset("classic-bot"), names=names)
    entries = [account("a", 1), account("a_b", 2)]
    with pytest.raises(ValueError, match="the same name"):
        _ = render_variables(clash, entries)
    assert len(render_variables(clash.grouped_by(AccountGrouping.NUMBER), entries).values) == 6


def test_several_accounts_have_names_of_their_own() -> None:
    entries = [account("fernwick_news", 1), account("fernwick_news", 2), account("24h", 3)]
    lines = render_accounts(find_preset("x"), entries, comment=False).reveal().split("\n")
    names = [line.split("=")[0] for line in lines if line.count("API_KEY")]
    assert names == ["FERNWICK_NEWS_X_API_KEY", "FERNWICK_NEWS_2_X_API_KEY", "_24H_X_API_KEY"]


@given(st.text())
def test_no_label_breaks_out_of_its_comment(label: str) -> None:
    entry = account("fernwick_news", 1)
    evil = ExportEntry(
        handle="fernwick_news\nPATH=/evil",
        name=label,
        user_id=entry.user_id,
        app_label=label + "\r\nLD_PRELOAD=/evil\u2028X=1",
        keys=entry.keys,
        credentials=entry.credentials,
        api_url="https://api.marsh.example/\nPATH=/evil",
    )
    for known in LINES:
        text = render_accounts(known, [evil]).reveal()
        heads = [line for line in text.splitlines() if not line.startswith("# ")]
        assert len(heads) == len(known.fields()) + len(known.details) + len(known.constants)
    assert len(to_single_line(label).splitlines()) <= 1


ODD = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12
) | st.text("'\"\\$`~# \n=%!a", max_size=8)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=st.lists(ODD, min_size=1, max_size=20))
def test_a_shell_gets_any_value_whatever_it_holds(values: list[str], tmp_path: Path) -> None:
    names = [f"V{at}" for at in range(len(values))]
    text = "".join(
        f"{name}={quote_shell(value)}\n" for name, value in zip(names, values, strict=True)
    )
    assert read_by_shell(text, tmp_path, names) == values


@given(ODD)
def test_properties_escapes_are_those_of_java(value: str) -> None:
    def plain(found: re.Match[str]) -> str:
        sign = found[1]
        return chr(int(sign[1:], 16)) if sign.startswith("u") else sign

    escaped = escape_property(value)
    assert escaped.isascii()
    assert "\n" not in escaped
    assert not escaped.startswith(" ")
    units = re.sub(r"\\(u[0-9a-f]{4}|.)", plain, escaped)
    assert units.encode("utf-16", "surrogatepass").decode("utf-16") == value


def test_presets_are_found_by_a_stable_id() -> None:
    ids = [known.id for known in builtin_presets()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids)
    assert len({known.title for known in builtin_presets()}) == len(builtin_presets())
    promised = """classic-bot api-key x twarc api-secret-key elizaos api-key-secret x-access-secret
        xdk mcp app-key post-tweet snow-actions tweepy-tests twitter4j nltk json-snake json-app-key
        json-token-key json-api-key oauth2 oauth2-tweepy twauth-json"""
    assert set(promised.split()) <= set(ids)
    assert find_preset("classic-bot").subtitle == "TWITTER_CONSUMER_KEY and 3 more"
    with pytest.raises(
        LookupError, match=r"There is no preset clasic-bot.*classic-bot, api-key, x"
    ):
        find_preset("clasic-bot")


NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def with_tokens(  # noqa: PLR0917 - each is another value
    entry: ExportEntry, client_id: str, secret: str | None, access: str, refresh: str | None
) -> ExportEntry:
    keys = AppKeys(
        entry.keys.api_key,
        entry.keys.api_secret,
        client_id=Secret(client_id),
        client_secret=Secret(secret) if secret else None,
    )
    tokens = TokenSet(Secret(access), Secret(refresh) if refresh else None, NOW, ())
    return replace(entry, keys=keys, credentials=None, tokens=tokens)


BOTS = st.builds(
    with_tokens,
    ENTRIES,
    VALUES[Field.CLIENT_ID],
    st.none() | VALUES[Field.CLIENT_SECRET],
    VALUES[Field.OAUTH2_ACCESS],
    st.none() | VALUES[Field.OAUTH2_REFRESH],
)


def tokens_of(entry: ExportEntry) -> TokenSet:
    assert entry.tokens is not None
    return entry.tokens


@given(BOTS)
def test_the_environment_of_a_bot(entry: ExportEntry) -> None:
    names = {
        name: value.reveal()
        for name, value in render_variables(find_preset("oauth2"), [entry]).values.items()
    }
    tokens, keys = tokens_of(entry), entry.keys
    expected = {
        "X_CLIENT_ID": keys.client_id,
        "X_CLIENT_SECRET": keys.client_secret,
        "X_OAUTH2_ACCESS_TOKEN": tokens.access_token,
        "X_OAUTH2_REFRESH_TOKEN": tokens.refresh_token,
    }
    assert names == {name: one.reveal() for name, one in expected.items() if one is not None}
    for_tweepy = render_variables(find_preset("oauth2-tweepy"), [entry]).values
    assert for_tweepy["BEARER_TOKEN"] == tokens.access_token
    assert "CLIENT_SECRET" not in for_tweepy or keys.client_secret is not None


@given(BOTS)
def test_everything_leaves_out_what_is_not_there(entry: ExportEntry) -> None:
    members = json.loads(render_accounts(find_preset("twauth-json"), [entry]).reveal())
    tokens = tokens_of(entry)
    assert members["oauth2_access_token"] == tokens.access_token.reveal()
    assert ("oauth2_refresh_token" in members) == (tokens.refresh_token is not None)
    assert not {"access_token", "access_secret"} & set(members)
    shown = render_preview(find_preset("twauth-json"), [entry.preview()])
    assert tokens.access_token.reveal() not in shown
    hidden = {name for name, value in json.loads(shown).items() if value == HIDDEN_VALUE}
    assert {"oauth2_access_token", "client_id"} <= hidden
    assert set(json.loads(shown)) == set(members)


@given(BOTS)
def test_pasted_back_it_says_what_was_left_out(entry: ExportEntry) -> None:
    found = parse_keys(render_accounts(find_preset("oauth2"), [entry]).reveal())
    assert found.client_id == entry.keys.client_id
    assert found.access_token is None
    assert any("OAuth 2.0 token was skipped" in note for note in found.notes)
