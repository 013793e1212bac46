"""A browser at the sandbox's sign-in pages: log in, approve or deny, read the PIN."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import requests
from typing_extensions import override

from twauth_gui.domain.callback_response import OAuth1Response, parse_oauth1_response
from twauth_gui.domain.secret import Secret
from twauth_gui.services.sign_in_requests import AuthorizationLink


@dataclass
class PageForm:
    """One form of a page with what its fields hold, the words on its button."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    button: str = ""


class SandboxPage(HTMLParser):
    """What the user sees: headings, text, forms, links, the PIN."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: dict[str, str] = {}
        self.labels: set[str] = set()
        self.field_ids: set[str] = set()
        self.autofocus = 0
        self.heading = self.text = self.pin = ""
        self._open_tags: list[tuple[str, str]] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.autofocus += "autofocus" in has
        if tag == "form":
            self.forms.append(PageForm(has["action"]))
        elif tag == "label":
            self.labels.add(has["for"])
        elif tag == "input":
            if has["type"] != "checkbox" or "checked" in has:
                self.forms[-1].fields[has["name"]] = has.get("value", "")
            if has["type"] != "hidden":
                self.field_ids.add(has["id"])
        if tag not in {"input", "meta"}:
            self._open_tags.append((tag, has.get("href", has.get("aria-labelledby", ""))))

    @override
    def handle_endtag(self, tag: str) -> None:
        while self._open_tags and self._open_tags.pop()[0] != tag:
            pass

    @override
    def handle_data(self, data: str) -> None:
        around = dict(self._open_tags)
        self.text += data
        if "h1" in around:
            self.heading += data
        if around.get("kbd") == "code-desc" and "code" in around:
            self.pin += data
        if "button" in around:
            self.forms[-1].button += data
        if "a" in around:
            self.links[data] = around["a"]


class SandboxBrowser:
    """One browser; its cookies last as long as it does."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.last_response = requests.Response()
        self.page = SandboxPage("")

    def open(self, url: str) -> SandboxPage:
        return self._follow(self.session.get(url, allow_redirects=False))

    def press(self, button: str, **filled: str) -> SandboxPage:
        """Press the button whose words start so, having filled in fields of its form."""
        form = next(form for form in self.page.forms if form.button.startswith(button))
        origin = "/".join(self.last_response.url.split("/")[:3])
        url = origin + form.action
        return self._follow(
            self.session.post(url, data={**form.fields, **filled}, allow_redirects=False)
        )

    def log_in(self, handle: str) -> SandboxPage:
        return self.press("Log in", handle=handle, password="anything at all")

    @property
    def redirect_url(self) -> str:
        """Where the last answer sends the browser, as far as it left the pages."""
        return self.last_response.headers.get("location", "")

    def _follow(self, answer: requests.Response) -> SandboxPage:
        self.last_response = answer
        if answer.status_code == requests.codes.see_other:
            return self.open(answer.headers["location"])
        self.page = SandboxPage(answer.text)
        return self.page


def approve_sign_in(url: str, handle: str) -> SandboxBrowser:
    """Approve as this account; the last page holds the PIN, or the browser was sent on."""
    person = _open_consent_page(url, handle)
    person.press("Allow")
    return person


def deny_sign_in(url: str, handle: str) -> OAuth1Response:
    """Deny it; return what the link on the last page sends back to the program."""
    page = _open_consent_page(url, handle).press("Do not allow")
    return parse_oauth1_response(next(link for link in page.links.values() if "denied=" in link))


def approve_for_pin(link: AuthorizationLink, handle: str) -> str:
    return approve_sign_in(link.url.reveal(), handle).page.pin


def approve_for_response(link: AuthorizationLink, handle: str) -> OAuth1Response:
    """Approve by PIN and type it in."""
    return parse_oauth1_response(approve_for_pin(link, handle))


def follow_redirect(address: str) -> int:
    """Follow the redirect to the program's own listener; gives the status of its page."""
    browser = SandboxBrowser().session
    with browser:
        return browser.get(address, timeout=10).status_code


def change_pin(pin: str) -> str:
    """A PIN of the same length which is not that one."""
    return pin[:-1] + str((int(pin[-1]) + 1) % 10)


def reveal(secret: Secret | None) -> str:
    assert secret is not None
    return secret.reveal()


def _open_consent_page(url: str, handle: str) -> SandboxBrowser:
    person = SandboxBrowser()
    person.open(url)
    person.log_in(handle)
    return person


def answer_consent(answer: str, url: str, handle: str) -> requests.Response:
    """Log in as the handle and press "allow" or "refuse"; the last answer is not followed."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(url, timeout=10)
        page = browser.post(
            url, data=_read_hidden_fields(page.text, "log_in") | {"handle": handle}, timeout=10
        )
        fields = _read_hidden_fields(page.text, answer)
        return browser.post(url, data=fields, timeout=10, allow_redirects=False)


def _read_hidden_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form whose button says that action."""
    forms: list[str] = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(form for form in forms if f'value="{action}"' in form)
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        pair = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in pair:
            fields[pair["name"]] = unescape(pair.get("value", ""))
    return fields | {"action": action}


def read_pin(page: requests.Response) -> str:
    found = re.search(r"<code>(\d+)</code>", page.text)
    assert found, page.text
    return found.group(1)
