"""Reads the fields of a keychain record, and says what a damaged one is."""

from __future__ import annotations

import json

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret

Fields = dict[str, object]


class RecordError(DiagnosedError):
    """The item is there, but this program cannot read it; nothing was changed."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(Diagnosis(ProblemKind.KEYCHAIN_FAILED, title, advice))


def loaded(record: Secret) -> Fields:
    """Read the JSON object of a record.

    Raises:
        RecordError: it is none.
    """
    try:
        fields = json.loads(record.reveal())
    except (ValueError, RecursionError):
        fields = None  # raised below: a JSONDecodeError holds the whole record
    return an_object(fields)


def an_object(value: object) -> Fields:
    if not isinstance(value, dict):
        raise damaged()
    return {str(name): field for name, field in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise damaged()
    return value


def secret(fields: Fields, name: str) -> Secret:
    return Secret(text(fields, name))


def optional(fields: Fields, name: str) -> Secret | None:
    return None if fields.get(name) is None else secret(fields, name)


def damaged() -> RecordError:
    return RecordError(
        "The item in the keychain is damaged.",
        "It is not what Twauth wrote there. It was left as it is. Sign in again, or enter the keys"
        " again, to replace it.",
    )
