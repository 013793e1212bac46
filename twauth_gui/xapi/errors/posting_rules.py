"""Classify an error response to a post, reply, like, message or upload."""

from __future__ import annotations

from twauth_gui.xapi.errors.error_response import ErrorResponse
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import posting_errors as words

# X's numbers (docs.x.com, "Response codes").
CODES: dict[int, ErrorTemplate] = {
    38: words.INVALID_REQUEST,
    44: words.ATTACHMENTS,
    50: words.TARGET_MISSING,
    63: words.TARGET_SUSPENDED,
    108: words.TARGET_MISSING,
    136: words.BLOCKED,
    139: words.ALREADY_DONE,
    144: words.POST_GONE,
    150: words.MESSAGE_NOT_ALLOWED,
    151: words.MESSAGE_FAILED,
    160: words.ALREADY_DONE,
    161: words.FOLLOW_LIMIT,
    179: words.NOT_VISIBLE,
    185: words.POSTING_LIMIT,
    186: words.TOO_LONG,
    187: words.DUPLICATE,
    193: words.MEDIA_TOO_BIG,
    195: words.BAD_LINK,
    226: words.LOOKS_AUTOMATED,
    323: words.ATTACHMENTS,
    324: words.MEDIA_INVALID,
    325: words.MEDIA_INVALID,
    327: words.ALREADY_DONE,
    349: words.MESSAGE_NOT_ALLOWED,
    354: words.MESSAGE_TOO_LONG,
    385: words.POST_GONE,
    386: words.ATTACHMENTS,
    407: words.BAD_LINK,
}

# What X says in words. All parts of a row must occur; lower case; the first row wins.
TEXTS: tuple[tuple[tuple[str, ...], ErrorTemplate], ...] = (
    (("duplicate content",), words.DUPLICATE),
    (("status is a duplicate",), words.DUPLICATE),
    (("text is too long",), words.TOO_LONG),
    (("needs to be a bit shorter",), words.TOO_LONG),
    (("exceeds the maximum number of characters",), words.TOO_LONG),
    (("maximum of one cashtag",), words.CASHTAGS),
    (("contains an invalid url",), words.BAD_LINK),
    (("quoting this post is not allowed",), words.QUOTE_NOT_ALLOWED),
    (("only reply to or quote posts where you are mentioned",), words.REPLY_NOT_ALLOWED),
    (("reply to this conversation is not allowed",), words.REPLY_NOT_ALLOWED),
    (("not been mentioned or otherwise engaged",), words.REPLY_NOT_ALLOWED),
    (("deleted or not visible to you",), words.POST_GONE),
    (("no status found with that id",), words.POST_GONE),
    (("could not find tweet with",), words.POST_GONE),
    (("could not find user with",), words.TARGET_MISSING),
    (("not authorized to see this status",), words.NOT_VISIBLE),
    (("blocked from the author of this",), words.BLOCKED),
    (("already retweeted this",), words.ALREADY_DONE),
    (("already favorited this",), words.ALREADY_DONE),
    (("already liked this",), words.ALREADY_DONE),
    (("already requested to follow",), words.ALREADY_DONE),
    (("looks like it might be automated",), words.LOOKS_AUTOMATED),
    (("over daily status update limit",), words.POSTING_LIMIT),
    (("daily limit for sending",), words.POSTING_LIMIT),
    (("unable to follow more people",), words.FOLLOW_LIMIT),
    (("cannot send messages to",), words.MESSAGE_NOT_ALLOWED),
    (("not have permission to dm",), words.MESSAGE_NOT_ALLOWED),
    (("error sending your message",), words.MESSAGE_FAILED),
    (("direct message is over the max",), words.MESSAGE_TOO_LONG),
    (("media ids are invalid",), words.MEDIA_INVALID),
    (("validation of media ids failed",), words.MEDIA_INVALID),
    (("media id was not found",), words.MEDIA_INVALID),
    (("media type unrecognized",), words.MEDIA_TYPE),
    (("file size exceeds",), words.MEDIA_TOO_BIG),
    (("exceeds the maximum allowed size",), words.MEDIA_TOO_BIG),
    (("allowed to post a video longer",), words.MEDIA_TOO_LONG),
    (("video longer than", "cannot be uploaded"), words.MEDIA_TOO_LONG),
    (("invalidmedia",), words.MEDIA_PROCESSING),
    (("unsupported video format",), words.MEDIA_PROCESSING),
    (("number of allowed attachment types",), words.ATTACHMENTS),
    (("animated gifs are not allowed",), words.ATTACHMENTS),
    (("one or more parameters to your request was invalid",), words.INVALID_REQUEST),
    (("user has been suspended",), words.TARGET_SUSPENDED),
    (("not permitted to perform this action",), words.NOT_PERMITTED),
)

POSTS = frozenset({"/2/tweets", "/1.1/statuses/update.json"})
"""Where a bot posts; the same address without a query reads nothing."""

_MEDIA = ("/2/media/", "/1.1/media/")
_OLD_MEDIA = "/1.1/media/"
_NO_CREDITS, _FORBIDDEN, _NOT_FOUND = 402, 403, 404
_TOO_LARGE, _GONE = 413, 410

# What the function below decides beyond the tables, in words for the documentation.
SPECIAL: tuple[tuple[ErrorTemplate, str], ...] = (
    (words.LINK_COSTS, "status 402 at an address that posts"),
    (words.MEDIA_TOO_BIG, "status 413"),
    (words.MEDIA_OLD_ADDRESS, "status 403, 404 or 410 at /1.1/media/"),
    (words.MEDIA_SCOPE, "status 403 at /2/media/ without a reason"),
    (words.INVALID_REQUEST, "status 400 with `invalid-request`"),
)


def classify_posting_response(refusal: ErrorResponse) -> ErrorTemplate | None:
    """Return the words for what a bot does beside signing in; None for anything else."""
    if refusal.code is not None and refusal.code in CODES:
        return CODES[refusal.code]
    if (entry := _by_text(refusal)) is not None:
        return entry
    if refusal.type_segment == "invalid-request":
        return words.INVALID_REQUEST
    return _by_endpoint(refusal)


def _by_text(refusal: ErrorResponse) -> ErrorTemplate | None:
    if refusal.html:
        return None
    text = refusal.text.lower()
    return next((entry for parts, entry in TEXTS if all(part in text for part in parts)), None)


def _by_endpoint(refusal: ErrorResponse) -> ErrorTemplate | None:
    status, place = refusal.status, refusal.endpoint
    if status == _NO_CREDITS and place in POSTS:
        return words.LINK_COSTS
    if status == _TOO_LARGE:
        return words.MEDIA_TOO_BIG
    if not place.startswith(_MEDIA) or refusal.code is not None:
        return None
    if place.startswith(_OLD_MEDIA) and status in {_FORBIDDEN, _NOT_FOUND, _GONE}:
        return words.MEDIA_OLD_ADDRESS
    bare = refusal.type_segment in {"", "about:blank"}
    return words.MEDIA_SCOPE if status == _FORBIDDEN and bare else None
