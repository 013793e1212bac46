"""Approves a sign-in on the pretend X's pages, as a person with a browser would."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from typing_extensions import override

_SECONDS = 10.0
_PIN = re.compile(r"<kbd[^>]*><code>([^<]+)</code></kbd>")


class LostError(Exception):
    """The pages are not the expected ones; the message is a sentence."""


@dataclass
class _Form:
    path: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


class _Forms(HTMLParser):
    """Reads what a page's forms would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form(has.get("action", "")))
        elif tag == "input" and self.found:
            self.found[-1].fields[has.get("name", "")] = has.get("value", "")


class TrialPerson:
    """One browser without a window; it reaches this computer only, past any proxy."""

    def __init__(self) -> None:
        self._browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._url = ""

    def read(self, url: str) -> str:
        """Open a page and give its text.

        Raises:
            LostError: it answers with a failure, or not at all.
        """
        return self._open(url, None)

    def approve(self, url: str, handle: str) -> str:
        """Log in with the handle, allow the app, and give the PIN that the last page shows.

        Raises:
            LostError: a page is not the expected one.
        """
        page = self._open(url, None)
        page = self._submit(page, "log_in", handle=handle, password="any")  # noqa: S106 - taken as is
        found = _PIN.search(self._submit(page, "allow"))
        if found is None:
            raise LostError("The last page of the sign-in shows no PIN.")
        return unescape(found.group(1))

    def _submit(self, page: str, action: str, **filled: str) -> str:
        forms = _Forms(page).found
        form = next((one for one in forms if one.fields.get("action") == action), None)
        if form is None:
            raise LostError(f'A page of the sign-in lacks the form "{action}".')
        data = urllib.parse.urlencode({**form.fields, **filled}).encode()
        return self._open(urllib.parse.urljoin(self._url, form.path), data)

    def _open(self, url: str, data: bytes | None) -> str:
        try:
            with self._browser.open(url, data, _SECONDS) as answer:
                self._url = str(answer.url)
                return bytes(answer.read()).decode()
        except urllib.error.HTTPError as error:
            error.close()
            raise LostError(f"A page answers with status {error.code}.") from error
        except OSError as error:
            raise LostError(f"A page does not answer: {type(error).__name__}.") from error
