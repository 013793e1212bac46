"""Keys are found in every format in which people have them, and nothing else is."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.transfer.sample_keys import ALL, APP, SHAPES, TS, VALUES, B, K, S, T
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import SkipKind
from twauth_gui.transfer.pasted_keys import MAX_BYTES, PastedKeys, parse_keys

# What the other shapes have besides their keys is not a value.
_UNUSED = {
    ".env": [SkipKind.OTHER_SERVICE],
    "Python": [SkipKind.NO_KEY],
    "another service's API_KEY": [SkipKind.INCOMPLETE],
    "xurl before 1.0": [SkipKind.AMBIGUOUS],
}


def held(found: PastedKeys) -> dict[str, str]:
    names = (*ALL,)
    secrets: dict[str, Secret | None] = {name: getattr(found, name) for name in names}
    return {name: secret.reveal() for name, secret in secrets.items() if secret}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_its_keys(shape: str) -> None:
    text, expected = SHAPES[shape]
    found = parse_keys(text)
    assert held(found) == expected
    assert [one.kind for one in found.unused] == _UNUSED.get(shape, [])
    assert found.has_app is ("api_key" in expected and "api_secret" in expected)


@pytest.mark.parametrize(
    "text",
    [
        f"{S}\n{K}",
        f"API_KEY={S}\nAPI_SECRET={K}",
        json.dumps({"consumer_key": S, "consumer_secret": K}),
        f"API Key\n{S}\nAPI Key Secret\n{K}",
    ],
)
def test_swapped_values_are_put_right(text: str) -> None:
    found = parse_keys(text)
    assert held(found) == APP
    assert found.notes == ("The API key and the API secret were swapped; this is corrected.",)


@given(*(VALUES[name] for name in (Field.API_KEY, Field.API_SECRET)))
def test_swaps_of_any_value_are_seen(key: str, secret: str) -> None:
    found = parse_keys(f"CONSUMER_KEY={secret}\nCONSUMER_SECRET={key}")
    assert held(found) == {"api_key": key, "api_secret": secret}


def test_the_keys_of_two_apps_do_not_mix() -> None:
    other = "oFernwick0000000000000009"
    text = json.dumps([{"api_key": K, "api_secret": S}, {"api_key": other, "access_token": T}])
    found = parse_keys(text)
    assert held(found) == APP
    assert found.notes == ("There is more than one set of keys; Twauth uses the first one.",)


def test_an_oauth2_token_is_left_out_with_a_word() -> None:
    token = "VmVyeUxvbmdPcGFxdWVIZWFkT2ZGZXJud2ljazoxNjIyMTQ3NzQzOTE0OjE6MTpydDox"
    found = parse_keys(f"access_token: {token}\napi_key: {K}\napi_secret: {S}")
    assert held(found) == APP
    assert found.notes[0].startswith("An OAuth 2.0 token was skipped")
    assert parse_keys(f"{K}\n{S}\n{token}").notes == found.notes


def test_what_is_said_about_the_rest() -> None:
    assert parse_keys(" \n\t").notes == ()
    assert parse_keys("Hello there\nno keys").notes == ("There is no X key in this text.",)
    notes = parse_keys(f"API_KEY={K}\nAPI_SECRET=\nACCESS_TOKEN=<your token>").notes
    assert notes == (
        "The API secret has no value here.",
        "The access token has no value here.",
    )


def test_lines_that_are_not_used_are_listed() -> None:
    text = (
        f"API_KEY={K}\nAPI_SECRET={S}\ncookie={T}\nACCESS_TOKEN_SECRET=op://a/b\n\n"
        f"MASTODON_ACCESS_TOKEN={T}\n"
    )
    found = parse_keys(text)
    assert held(found) == APP
    assert [(one.line, one.what, one.kind) for one in found.unused] == [
        (3, "cookie", SkipKind.AMBIGUOUS),
        (4, "ACCESS_TOKEN_SECRET", SkipKind.NO_KEY),
        (6, "MASTODON_ACCESS_TOKEN", SkipKind.OTHER_SERVICE),
    ]
    assert found.notes == ("The access token secret has no value here.",)


def test_keys_of_a_second_set_are_listed_by_their_lines() -> None:
    second = f"API_KEY={K[::-1]}\nAPI_SECRET={S[::-1]}"
    found = parse_keys(f"API_KEY={K}\nAPI_SECRET={S}\n\n{second}\n")
    assert held(found) == APP
    assert [(one.line, one.what) for one in found.unused] == [(4, "API_KEY"), (5, "API_SECRET")]


def test_a_half_that_is_used_is_not_listed() -> None:
    assert parse_keys(f"[app]\nkey = {K}\nsecret = {S}\n[me]\ntoken = {T}\n").unused == ()


def test_what_stands_beside_a_bare_value_is_no_field() -> None:
    bearer, secret = f"{B[:-32]}- {B[-32:]}", f"{TS[:-15]}secret {TS[-15:]}"
    found = parse_keys(f"export TWITTER_BEARER_TOKEN='{bearer}'\n{secret}\n")
    assert found.access_secret is None


def test_too_much_text_is_refused_at_once() -> None:
    found = parse_keys("\u00e9" * (MAX_BYTES // 2 + 1))
    assert found.is_empty
    assert found.notes == ("The text is longer than 256 KiB. Paste only the part with the keys.",)
    for piece in ("a=", 'a="', "{[", '{"a":', "api_key=\n", "a-", "API Key\n"):
        start = time.process_time()
        assert parse_keys(piece * (30_000 // len(piece))).is_empty
        assert time.process_time() - start < 3


WORDS = st.sampled_from(
    [
        *("API Key", "=", ":", "\n", '"', "'", ",", "\t", "|", "{", "}", "[", "]", "export ", "--"),
        *("consumer_secret", "access_token", "TWITTER_", "$env:", K, S, T, B, "\ud800", "\x00"),
        *("#", "\\"),
    ]
)


@pytest.mark.slow
@settings(max_examples=400)
@example('{"api_key": "\\ud800"}')
@example('"",:,')
@example("000000000000000\rAPI00000000000000000000Key=00")
@example("[" * 100_000)
@example('{"a":' * 20_000)
@example('{"api_key": ' + "9" * 5000 + "}")
@given(st.text() | st.lists(WORDS, max_size=40).map("".join))
def test_any_text_is_survived_and_no_note_quotes_a_value(text: str) -> None:
    found = parse_keys(text)
    values = held(found).values()
    shown = re.sub("[\x00\ufeff\u200b-\u200d\u2060\u00ad]", "", text)
    assert all(value in shown or "\\" in text for value in values)
    notes = [*found.notes, *(f"{one.what} {one.reason}" for one in found.unused)]
    words = [
        re.compile(rf"(?<!\w){re.escape(value)}(?!\w)") for value in values
    ]  # no part of a name
    assert not any(word.search(note) for note in notes for word in words)
    assert not any(word.search(repr(found)) for word in words)
    assert found.is_empty is (not values)
    for value in values:
        value.encode()
