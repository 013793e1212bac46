"""Routing table of the sandbox: which handler answers which request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from twauth_gui.sandbox.error_responses import Refusal, RefusalReason, v1_error
from twauth_gui.sandbox.http_messages import Request, Response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.settings import ErrorFormat

Handler = Callable[[RequestContext, Request], Response]
ErrorResponder = Callable[[RefusalReason, ErrorFormat], Response]


class RouteKind(Enum):
    """Whom an endpoint is for.

    Pages are for a browser, so the Host header has to be the sandbox's. Its own page and the JSON
    that identifies it are not part of X, so that faults do not affect them.
    """

    API = auto()
    TOKEN = auto()
    PAGE = auto()
    OWN_PAGE = auto()
    OWN_LINE = auto()

    @property
    def is_page(self) -> bool:
        return self in {RouteKind.PAGE, RouteKind.OWN_PAGE}

    @property
    def is_own(self) -> bool:
        return self in {RouteKind.OWN_PAGE, RouteKind.OWN_LINE}


@dataclass(frozen=True)
class Route:
    """One route of the table.

    Attributes:
        method: GET or POST; GET also answers HEAD.
        pattern: the path; a part such as {id} matches anything and is captured.
        handler: returns the response, or raises Refusal.
        refuse: returns the error response for a Refusal.
    """

    method: str
    pattern: str
    handler: Handler
    refuse: ErrorResponder = v1_error
    kind: RouteKind = RouteKind.API

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return the captured parts of the path if this route answers it, else None."""
        wanted, actual = self.pattern.split("/"), path.split("/")
        if len(wanted) != len(actual) or self.method != ("GET" if method == "HEAD" else method):
            return None
        captures: dict[str, str] = {}
        for want, part in zip(wanted, actual, strict=True):
            if want.startswith("{"):
                captures[want[1:-1]] = part
            elif want != part:
                return None
        return captures

    def respond(self, context: RequestContext, request: Request) -> Response:
        """Call the handler; turn a Refusal into an error response."""
        try:
            return self.handler(context, request)
        except Refusal as refused:
            wording = context.settings.app_refusals
            response = refused.response or self.refuse(refused.reason, wording)
            return response.with_headers(*refused.headers)


def find_route(table: Iterable[Route], request: Request) -> tuple[Route, Request] | None:
    """Return the first route that answers the request, and the request with its captures."""
    for route in table:
        captures = route.match(request.method, request.path)
        if captures is not None:
            return route, replace(request, captures=captures)
    return None
