"""No piece of a value is shown, however a command writes it."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.destinations.output_redaction import PIECE, PLACEHOLDER, OutputRedactor

VALUES = st.text("abcXYZ019-_%+/=.:@~", min_size=20, max_size=60)
AROUND = st.text("abc {}\"'\n\\/ü", max_size=9)


@given(value=VALUES, before=AROUND, after=AROUND, start=st.integers(0, 19))
def test_no_form_of_a_value_is_shown(value: str, before: str, after: str, start: int) -> None:
    data = before.encode() + value.encode() + after.encode()
    forms = {
        value,
        value[start:],
        value[: start + PIECE],
        value.upper(),
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value),
        json.dumps(value).replace("/", "\\/"),
        value.encode().hex(),
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
    }
    redactor = OutputRedactor([Secret(value)])
    for form in forms:
        shown = redactor.redact(f"error: {form}\nnext")
        assert shown.startswith("error: ")
        assert shown.endswith("\nnext")
        if len(form) >= PIECE and not form.startswith(("eyJ", '"')) and value in form:
            assert PLACEHOLDER in shown
        for at in range(len(value) - PIECE + 1):
            assert value[at : at + PIECE].casefold() not in shown.casefold()
    encoded = base64.b64encode(value.encode()).decode()
    shown = redactor.redact(base64.b64encode(data).decode())
    middle = encoded[4:-8]
    assert len(before.encode()) % 3 or len(middle) < PIECE or middle not in shown


def test_words_around_values_are_shown() -> None:
    record = Secret('{"v": 1, "handle": "fernwick_news", "token": "7001-aaaabbbbccccdddd"}')
    redactor = OutputRedactor([record, Secret("abc"), Secret("tidal ferry lantern"), Secret("")])
    assert redactor.redact("no secret for fernwick_news, abc") == "no secret for fernwick_news, abc"
    assert redactor.redact(f"x{record.reveal()}x") == f"x{PLACEHOLDER}x"
    assert redactor.redact("İ tidal ferry lantern") == f"i̇ {PLACEHOLDER}"
