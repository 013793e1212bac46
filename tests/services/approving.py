"""Somebody who opens a sign-in link, logs in and presses a button there."""

from __future__ import annotations

from tests.sandbox.person import Person
from twauth_gui.domain.answer import OAuth1Response, parse_oauth1_response
from twauth_gui.domain.secret import Secret
from twauth_gui.services.watch import AuthorizationLink


def allow(url: str, handle: str) -> Person:
    """Approve as this account; the last page holds the PIN, or the browser was sent on."""
    person = _at_the_question(url, handle)
    person.press("Allow")
    return person


def refuse(url: str, handle: str) -> OAuth1Response:
    """Do not allow it; gives what the link on the last page brings back to the program."""
    page = _at_the_question(url, handle).press("Do not allow")
    return parse_oauth1_response(next(link for link in page.links.values() if "denied=" in link))


def pin_for(invitation: AuthorizationLink, handle: str) -> str:
    return allow(invitation.url.reveal(), handle).page.pin


def answer_for(invitation: AuthorizationLink, handle: str) -> OAuth1Response:
    """Approve by PIN and type it in."""
    return parse_oauth1_response(pin_for(invitation, handle))


def return_to(address: str) -> int:
    """Follow the redirect to the program's own listener; gives the status of its page."""
    browser = Person().browser
    with browser:
        return browser.get(address, timeout=10).status_code


def other_than(pin: str) -> str:
    """A PIN of the same length which is not that one."""
    return pin[:-1] + str((int(pin[-1]) + 1) % 10)


def shown(secret: Secret | None) -> str:
    assert secret is not None
    return secret.reveal()


def _at_the_question(url: str, handle: str) -> Person:
    person = Person()
    person.open(url)
    person.log_in(handle)
    return person
