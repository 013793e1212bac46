"""Values are recognised by format; a value in the wrong field is reported, never refused."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.sample_keys import BEARERS, VALUES
from twauth_gui.transfer.credential_formats import (
    Field,
    can_be_field,
    clean_value,
    find_value_problem,
    guess_fields,
    read_bearer_app_id,
    read_oauth2_kind,
    read_token_user_id,
)

# The samples that X's documentation shows to everybody.
SAMPLE_BEARER = (
    "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3D"
    "EUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F"
)


@pytest.mark.parametrize("field", VALUES, ids=lambda field: field.name)
def test_every_kind_is_recognised(field: Field) -> None:
    @settings(max_examples=300)
    @given(VALUES[field])
    def check(value: str) -> None:
        assert guess_fields(f' "{value}",\n')[0] is field
        assert find_value_problem(field, value) is None

    check()


def test_thousands_of_values_of_the_four_plain_kinds() -> None:
    signs = string.ascii_letters + string.digits
    rows = {Field.API_KEY: 25, Field.API_SECRET: 50, Field.ACCESS_SECRET: 45}
    for _ in range(3000):
        for field, length in rows.items():
            assert guess_fields("".join(random.choices(signs, k=length)))[0] is field  # noqa: S311 - no secret
        token = f"{random.randrange(10**18)}-{''.join(random.choices(signs, k=40))}"  # noqa: S311 - no secret
        assert guess_fields(token)[0] is Field.ACCESS_TOKEN


@given(BEARERS)
def test_the_bearer_token_names_its_app_quoted_or_not(value: str) -> None:
    plain = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    assert read_bearer_app_id(value) == read_bearer_app_id(plain) is not None


def test_what_stands_inside_the_values_of_the_documentation() -> None:
    assert read_bearer_app_id(SAMPLE_BEARER) == "7922114"
    assert read_token_user_id("6253282-" + "k" * 40) == "6253282"
    assert read_bearer_app_id("A" * 104) is None
    assert read_bearer_app_id("B" * 59 + "=" + "t" * 45) is None
    assert read_bearer_app_id("A" * 600) is None
    assert read_bearer_app_id("!" * 59 + "=" + "t" * 45) is None
    assert read_oauth2_kind("A" * 90) is None


@given(VALUES[Field.OAUTH2_REFRESH])
def test_an_oauth2_token_tells_its_kind(value: str) -> None:
    assert read_oauth2_kind(value) == "rt"


@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    assert guess_fields(text)
    for field in Field:
        found = find_value_problem(field, text)
        assert found is None or text not in found.sentence or len(text) < 15
    assert clean_value(clean_value(text)) == clean_value(text)


def test_a_client_id_in_the_place_of_the_api_key() -> None:
    found = find_value_problem(Field.API_KEY, "VGhpc0lzTm90QVJlYWxJZDE6MTpjaQ")
    assert found is not None
    assert found.belongs_to is Field.CLIENT_ID
    assert not found.blocks
    assert found.sentence == (
        "This looks like an OAuth 2.0 client ID. "
        "X's console calls the API key Consumer Key, under OAuth 1.0 Keys, and shows it only once."
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence", "blocks"),
    [
        (Field.API_KEY, "abcd efgh", "An API key cannot contain spaces. Copy it again.", True),
        (Field.API_KEY, "k" * 24 + "é", "plain letters", True),
        (Field.API_SECRET, "s\x00" + "s" * 48, "plain letters", True),
        (Field.API_KEY, "k" * 22, "An API key has 25 characters today, this one has 22.", False),
        (Field.API_KEY, "k" * 12, "An API key has 25 characters, this one has 12.", False),
        (Field.API_SECRET, "k" * 25, "This looks like an API key.", False),
        (Field.ACCESS_TOKEN, "k" * 45, "This looks like an access token secret.", False),
        (Field.CLIENT_ID, "k" * 60, "This does not look like an OAuth 2.0 client ID.", False),
    ],
)
def test_what_is_said(field: Field, value: str, sentence: str, blocks: bool) -> None:  # noqa: FBT001 - from the table
    found = find_value_problem(field, value)
    assert found is not None
    assert sentence in found.sentence
    assert found.blocks is blocks


def test_an_empty_value_and_a_secret_that_fits_two_fields_are_no_problem() -> None:
    assert find_value_problem(Field.API_KEY, " \n") is None
    assert find_value_problem(Field.CLIENT_SECRET, "s" * 50) is None
    assert find_value_problem(Field.API_SECRET, "s" * 50) is None
    assert can_be_field(Field.ACCESS_SECRET, "s" * 41)
