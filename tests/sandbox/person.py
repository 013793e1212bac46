"""A person with a browser: reads the pages' forms, fills them in, follows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests
from typing_extensions import override


@dataclass
class Form:
    """One form of a page with what its fields hold, the words on its button."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    button: str = ""


class Page(HTMLParser):
    """What a person sees: headings, text, forms, links, the PIN."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.labels: set[str] = set()
        self.field_ids: set[str] = set()
        self.autofocus = 0
        self.heading = self.text = self.pin = ""
        self._inside: list[tuple[str, str]] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.autofocus += "autofocus" in has
        if tag == "form":
            self.forms.append(Form(has["action"]))
        elif tag == "label":
            self.labels.add(has["for"])
        elif tag == "input":
            if has["type"] != "checkbox" or "checked" in has:
                self.forms[-1].fields[has["name"]] = has.get("value", "")
            if has["type"] != "hidden":
                self.field_ids.add(has["id"])
        if tag not in {"input", "meta"}:
            self._inside.append((tag, has.get("href", has.get("aria-labelledby", ""))))

    @override
    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop()[0] != tag:
            pass

    @override
    def handle_data(self, data: str) -> None:
        around = dict(self._inside)
        self.text += data
        if "h1" in around:
            self.heading += data
        if around.get("kbd") == "code-desc" and "code" in around:
            self.pin += data
        if "button" in around:
            self.forms[-1].button += data
        if "a" in around:
            self.links[data] = around["a"]


class Person:
    """One browser; its cookies last as long as it does."""

    def __init__(self) -> None:
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.last = requests.Response()
        self.page = Page("")

    def open(self, url: str) -> Page:
        return self._see(self.browser.get(url, allow_redirects=False))

    def press(self, button: str, **filled: str) -> Page:
        """Press the button whose words start so, having filled in fields of its form."""
        form = next(form for form in self.page.forms if form.button.startswith(button))
        origin = "/".join(self.last.url.split("/")[:3])
        url = origin + form.action
        return self._see(
            self.browser.post(url, data={**form.fields, **filled}, allow_redirects=False)
        )

    def log_in(self, handle: str) -> Page:
        return self.press("Log in", handle=handle, password="anything at all")

    @property
    def sent_to(self) -> str:
        """Where the last answer sends the browser, as far as it left the pages."""
        return self.last.headers.get("location", "")

    def _see(self, answer: requests.Response) -> Page:
        self.last = answer
        if answer.status_code == requests.codes.see_other:
            return self.open(answer.headers["location"])
        self.page = Page(answer.text)
        return self.page
