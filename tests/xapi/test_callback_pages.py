"""Proves that the browser is shown constant pages that can load, frame or tell nothing."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from twauth_gui.xapi import callback_pages

PAGES = {
    "success": callback_pages.SUCCESS,
    "denied": callback_pages.DENIED,
    "refused": callback_pages.REFUSED,
    "late": callback_pages.TOO_LATE,
}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_constant_and_locked_down(name: str) -> None:
    head, _, page = callback_pages.http_response(200, PAGES[name]).partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    style = re.search(rb"<style>(.*)</style>", page)
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1)).digest()).decode()
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith(
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    assert int(headers["Content-Length"]) == len(page) < 4096
    assert b"You can close this tab." in page
    assert b"prefers-color-scheme:dark" in page
    assert not re.search(rb"https?://|<script|src=|href=| style=|@import|url\(", page)
