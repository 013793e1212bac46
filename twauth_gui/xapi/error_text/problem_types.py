"""Tells the type of a problem from its words: tweepy and others print only those."""

from __future__ import annotations

from twauth_gui.xapi.error_text.refusal_fields import Answer

# What X's problems say in "detail", in lower case, with the last part of their type.
TYPES: tuple[tuple[str, str], ...] = (
    ("appropriate oauth1 app permissions", "oauth1-permissions"),
    ("app that is attached to a project", "client-not-enrolled"),
    ("supported authentication types are", "unsupported-authentication"),
)
_BASE = "https://api.x.com/2/problems/"


def with_type(answer: Answer) -> Answer:
    """Return the answer with the type that its words belong to, where it has none."""
    if "type" in answer or "errors" in answer:
        return answer
    words = str(answer.get("detail", "")).lower()
    return next(
        ({**answer, "type": f"{_BASE}{name}"} for part, name in TYPES if part in words), answer
    )
