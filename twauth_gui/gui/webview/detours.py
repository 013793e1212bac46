"""What a sign-in page may want that the private view does not do, in a person's words."""

from __future__ import annotations

from dataclasses import dataclass

_OTHER_ACCOUNTS = {
    "accounts.google.com": "Google",
    "appleid.apple.com": "Apple",
    "idmsa.apple.com": "Apple",
}


@dataclass(frozen=True, slots=True)
class Detour:
    """What is so, why, and the button, if any. carries_over: whether the sign-in goes on there."""

    title: str
    text: str
    button: str
    carries_over: bool


PASSKEY = Detour(
    "This page asks for a passkey",
    "Passkeys work in your browser, but not in this view. The sign-in goes on there.",
    "Use your browser",
    carries_over=True,
)
FILE = Detour(
    "This page asks for a file",
    "Signing in needs none, so it got none.",
    "",
    carries_over=False,
)


def message_of(host: str, text: str) -> Detour:
    """Quote a message that the page shows."""
    return Detour(f"Message from {host}", f"“{text}”", "", carries_over=False)


def question_of(host: str, text: str) -> Detour:
    """Quote a question of the page, which this view answers with no."""
    return Detour(
        f"Question from {host}",
        f"“{text}” This view answers no. If the sign-in does not go on, use your browser.",
        "Use your browser",
        carries_over=True,
    )


def detour_to(host: str) -> Detour:
    """Explain why the page was not let go to this host."""
    name = _OTHER_ACCOUNTS.get(host)
    if name is not None:
        return Detour(
            f"{name} allows no sign-in inside another program",
            f"Where the account logs in with {name}, use your browser. The sign-in goes on there.",
            "Use your browser",
            carries_over=True,
        )
    return Detour(
        f"The page wants to go to {host}",
        "It is not part of signing in, so it was not opened here.",
        "Open it in the browser",
        carries_over=False,
    )
