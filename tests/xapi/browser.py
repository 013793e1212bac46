"""Somebody at the pretend X's sign-in page, over real HTTP."""

from __future__ import annotations

import re
from html import unescape

import requests


def open_and(answer: str, url: str, handle: str) -> requests.Response:
    """Log in as the handle and press "allow" or "refuse"; the last answer is not followed."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(url, timeout=10)
        page = browser.post(url, data=_form(page.text, "log_in") | {"handle": handle}, timeout=10)
        fields = _form(page.text, answer)
        return browser.post(url, data=fields, timeout=10, allow_redirects=False)


def _form(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form whose button says that action."""
    forms: list[str] = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(form for form in forms if f'value="{action}"' in form)
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        pair = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in pair:
            fields[pair["name"]] = unescape(pair.get("value", ""))
    return fields | {"action": action}


def pin_of(page: requests.Response) -> str:
    found = re.search(r"<code>(\d+)</code>", page.text)
    assert found, page.text
    return found.group(1)
