"""Dispatch of a request to its handler, or to a middlebox before X, with X's headers."""

from __future__ import annotations

import secrets
from dataclasses import replace
from email.utils import formatdate
from typing import Final

from twauth_gui.sandbox import api, home_page, oauth1_endpoints, oauth2_endpoints
from twauth_gui.sandbox.error_responses import not_found_error, numbered_error
from twauth_gui.sandbox.faults import UnknownFaultError, apply_faults
from twauth_gui.sandbox.http_messages import (
    HTML,
    PLAIN,
    Request,
    Response,
    UnreadableError,
    declared_length,
    text_response,
)
from twauth_gui.sandbox.page_layout import render_page
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind, find_route

_PORTAL: Final = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour Hotel Wi-Fi</title></head>
<body><h1>Welcome to Harbour Hotel</h1><p>Accept the terms of use to go online.</p>
<form method="post" action="http://wifi.example/accept"><button>Accept</button></form></body></html>
"""
_UNAVAILABLE: Final = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>503 Service Temporarily Unavailable</title>
</head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr>
<center>cloudflare</center></body></html>
"""
_MOVED: Final = {"redirect-301": 301, "redirect-307": 307}
ROUTES: Final[tuple[Route, ...]] = (
    *home_page.HOME_ROUTES,
    *home_page.FAULT_ROUTES,
    *oauth1_endpoints.PAGE_ROUTES,
    *oauth1_endpoints.TOKEN_ROUTES,
    *api.V1_ROUTES,
    *api.V2_ROUTES,
    *oauth2_endpoints.PAGE_ROUTES,
    *oauth2_endpoints.TOKEN_ROUTES,
)
FAULT_HEADER: Final = "x-twauth-fault"  # names, with commas between
_BAD_DATA: Final = 215
# What X sends with every response that must not be cached.
_NO_CACHE: Final = (
    ("pragma", "no-cache"),
    ("expires", "Tue, 31 Mar 1981 05:00:00 GMT"),
    ("cache-control", "no-cache, no-store, must-revalidate, pre-check=0, post-check=0"),
)


def respond(context: RequestContext, request: Request) -> Response:
    """Return the response to one request, with X's headers and under the current faults."""
    found = find_route(ROUTES, request)
    kind = found[0].kind if found else None
    if kind is not None and kind.is_own:
        return _add_common_headers(context, request, _call_route(context, found))
    named = request.headers.get(FAULT_HEADER)
    if named and context.settings.allow_request_faults:
        try:
            settings = apply_faults(context.settings, [name.strip() for name in named.split(",")])
        except UnknownFaultError as error:
            return _add_common_headers(context, request, text_response(400, str(error), PLAIN))
        context = replace(context, settings=settings)
    response = _respond_as_middlebox(context, request, kind) or _call_route(context, found)
    delivery, delay = context.settings.delivery, context.settings.latency
    response = replace(response, delivery=delivery, delay=delay)
    return _add_common_headers(context, request, response)


def _respond_as_middlebox(
    context: RequestContext, request: Request, kind: RouteKind | None
) -> Response | None:
    """Return the response of a middlebox on the way to X; None if there is none.

    kind: of the route that X would answer with.
    """
    what = context.settings.interception
    if what == "captive-portal":
        return text_response(200, _PORTAL)
    if what == "html-503":
        return text_response(503, _UNAVAILABLE).with_headers(("retry-after", "30"))
    if what in _MOVED and kind is RouteKind.TOKEN:
        query = f"?{request.query}" if request.query else ""
        # Another host, as when X moved; it is still this computer, so that nothing gets out.
        moved = context.base.replace("127.0.0.1", "localhost")
        return text_response(_MOVED[what], "").with_headers(
            ("location", f"{moved}{request.path}{query}")
        )
    return None


def _add_common_headers(context: RequestContext, request: Request, response: Response) -> Response:
    version = (("api-version", "2.164"),) if request.path.startswith("/2/") else ()
    length = ("content-length", str(declared_length(response.body, response.delivery)))
    date = ("date", formatdate(max(0.0, context.time), usegmt=True))
    kind = ("content-type", response.content_type)
    tracing = (("x-transaction-id", secrets.token_hex(8)), ("x-response-time", "1"))
    safety = (("x-content-type-options", "nosniff"), ("x-xss-protection", "0"))
    return response.with_headers(date, kind, length, *_NO_CACHE, *tracing, *safety, *version)


def _call_route(context: RequestContext, found: tuple[Route, Request] | None) -> Response:
    if found is None:
        return not_found_error()
    route, matched = found
    if route.kind.is_page and matched.headers.get("host", "").lower() != _host(context.base):
        return _wrong_host_page(context)
    try:
        return route.respond(context, matched)
    except UnreadableError:
        return (
            text_response(400, "Bad request", HTML)
            if route.kind.is_page
            else numbered_error(_BAD_DATA)
        )


def _host(base: str) -> str:
    host = base.partition("://")[2]
    return host.removesuffix(":80")  # what a browser leaves out


def _wrong_host_page(context: RequestContext) -> Response:
    """Return the page for another Host: a foreign site may have pointed its name here."""
    body = (
        "<h1>Not at this address</h1><p>The sandbox answers at only one address.</p>"
        f'<p class="go"><a class="button primary" href="{context.base}/" autofocus>'
        f"Open {context.base}</a></p>"
    )
    return render_page("Not at this address", body, status=421)
