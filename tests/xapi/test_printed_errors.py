"""Proves that what bots print is recognised, and that no text, however odd, does harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sample_credentials import CONFIDENTIAL_CLIENT, CREDENTIALS, KEYS, OAUTH2_TOKENS
from tests.xapi.printed_errors import NOTHING, SAMPLES, PrintedError
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.services.explain_error import ErrorExplanations, Explanation, explain_error
from twauth_gui.xapi.error_text.plain_text import MAX_INPUT_BYTES, to_plain_text
from twauth_gui.xapi.error_text.printed_objects import PrintedObject, parse_objects
from twauth_gui.xapi.errors import posting_rules
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import bot_errors, posting_errors

NOW = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
SECRETS = (
    *(
        secret.reveal()
        for secret in (
            *(KEYS.api_key, KEYS.api_secret, CREDENTIALS.access_token, CREDENTIALS.access_secret),
            *(CONFIDENTIAL_CLIENT.id, OAUTH2_TOKENS.access_token),
        )
    ),
    "AAAAAAAAAAAAAAAAAAAAAInventedBearer0000%3D",
    "guest_id=v1%3A17000000000000000",
    "aW52ZW50ZWRzaWduYXR1cmU0NzEx",
)
FRAMES = (
    "{}",
    "oauth_token={}",
    "Authorization: Bearer {}",
    "authorization: 'Bearer {}',",
    '"access_token":"{}",',
    "api_key={} ",
    "cookie: {}; path=/",
    "\nX_ACCESS_SECRET={}\n",
)


def explain(text: str | bytes) -> ErrorExplanations:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return explain_error(data, [], NOW)


def shown(one: Explanation) -> str:
    """Everything of an explanation that leaves the process."""
    found = one.diagnosis
    words = (
        found.to_sentence(),
        *found.causes,
        found.evidence.format_report(),
        one.x_message,
        one.details,
    )
    return "\n".join((*words, *one.hints, one.app))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_printed_error_is_recognised(sample: PrintedError) -> None:
    first, *others = explain(sample.text).explanations
    found = first.diagnosis
    assert found.kind.value == sample.kind
    assert sample.title in found.title
    assert sample.status in {"", str(found.evidence.status)}
    assert sample.endpoint in {"", found.evidence.endpoint}
    assert " ".join(one.diagnosis.kind.value for one in others) == sample.more
    assert "{" not in found.to_sentence(), "every place is filled in"


def test_there_are_samples_enough_and_their_names_differ() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES) > 110


@pytest.mark.parametrize("text", NOTHING)
def test_a_text_without_a_refusal_has_none(text: str) -> None:
    assert explain(text).explanations == ()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_surrounds_an_error_changes_nothing(sample: PrintedError) -> None:
    """A log goes on before and after, its writer puts colours, and a file has Windows' ends."""
    if sample.name == "a status alone":
        return
    before = "2026-09-20 10:00:00 INFO bot: it's time {to} post [1/3]\n" * 3
    after = "\n2026-09-20 10:00:09 INFO bot: next try in 900 s\n"
    text = f"{before}{sample.text}{after}".replace("\n", "\r\n")
    assert explain(text).explanations[0].diagnosis.kind.value == sample.kind
    wide = explain(b"\xff\xfe" + text.encode("utf-16-le"))
    assert wide.explanations[0].diagnosis.kind.value == sample.kind


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_an_error_in_a_structured_log_is_the_same(sample: PrintedError) -> None:
    """A logger puts the whole text into JSON, and another one that line into JSON again."""
    if sample.text.startswith(("<!DOCTYPE", "<html", "403")) or sample.more:
        return  # pages and numbers at the start of a line are no such any more
    line = json.dumps({"level": "error", "msg": sample.text})
    assert explain(line).explanations[0].diagnosis.kind.value == sample.kind


def test_the_last_refusal_comes_first_and_each_once() -> None:
    log = "429 Too Many Requests\n" + "403 Forbidden\n187 - Status is a duplicate.\n" * 3
    kinds = [one.diagnosis.kind for one in explain(log).explanations]
    assert kinds == [ProblemKind.POST_DUPLICATE, ProblemKind.RATE_LIMITED]
    unknown_last = explain(
        'HTTP 403 {"errors":[{"code":64,"message":"x"}]}\nstatus 409'
    ).explanations
    assert [one.is_known for one in unknown_last] == [True, False]


def test_a_limit_that_is_over_is_reported_as_over() -> None:
    log = "HTTP/2 429\nx-rate-limit-remaining: 0\nx-rate-limit-reset: {}\n\n"
    over, still = explain(log.format(1789000000)), explain(log.format(1789999999))
    assert "which has passed" in over.explanations[0].diagnosis.title
    assert still.explanations[0].diagnosis.wait_until == datetime.fromtimestamp(1789999999, UTC)


def test_an_old_response_says_nothing_about_this_clock() -> None:
    old = "HTTP/2 401\ndate: Fri, 10 Jan 2025 07:48:02 UTC\n\n{}"
    body = '{"errors":[{"code":32,"message":"Could not authenticate you."}]}'
    assert explain(old.format(body)).explanations[0].diagnosis.kind is ProblemKind.WRONG_KEYS


def test_every_row_of_the_tables_decides() -> None:
    """Each code and each message of X leads to its diagnosis, also a message alone."""
    for code, entry in posting_rules.CODES.items():
        body = json.dumps({"errors": [{"code": code, "message": "Something."}]})
        assert explain(body).explanations[0].diagnosis.title == entry.title, code
    for parts, entry in posting_rules.TEXTS:
        body = json.dumps({"title": "Forbidden", "type": "about:blank", "detail": "… ".join(parts)})
        assert explain(body).explanations[0].diagnosis.title == entry.title, parts


@pytest.mark.parametrize("module", [posting_errors, bot_errors])
def test_no_words_are_left_over(module: object) -> None:
    """Every template is reached by some text; its advice is a sentence without exclamation mark."""
    used = {one.diagnosis.title for sample in SAMPLES for one in explain(sample.text).explanations}
    used |= {entry.title for _, entry in posting_rules.TEXTS}
    used |= {entry.title for entry in (*posting_rules.CODES.values(), *_RARE)}
    for entry in vars(module).values():
        if isinstance(entry, ErrorTemplate):
            assert entry.title in used or "{" in entry.title, entry.title
            assert entry.title.endswith("."), entry.title
            assert entry.advice.endswith(".") or entry.advice.endswith("account."), entry.advice
            assert "!" not in entry.advice + entry.title


_RARE = (
    bot_errors.NOT_UNDERSTOOD,
    bot_errors.KEYS_MISSING,
    bot_errors.CA_BUNDLE,
    bot_errors.SOCKS_MISSING,
    posting_errors.MEDIA_TOO_BIG,
)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ('{"errors":[{"code":92,"message":"SSL is required"}]}', bot_errors.NOT_UNDERSTOOD),
        ('{"errors":[{"code":215,"message":"Bad Authentication data."}]}', bot_errors.KEYS_MISSING),
        ("OSError: Could not find a suitable TLS CA certificate bundle", bot_errors.CA_BUNDLE),
        ("Missing dependencies for SOCKS support.", bot_errors.SOCKS_MISSING),
        ("HTTP/2 413\n", posting_errors.MEDIA_TOO_BIG),
    ],
)
def test_rare_ones(text: str, entry: ErrorTemplate) -> None:
    assert explain(text).explanations[0].diagnosis.title == entry.title


# -- hostile texts ---------------------------------------------------------------------------------

PIECES = (
    *("{", "}", "[", "]", "(", ")", "'", '"', "`", "\\", '\\"', '\\\\\\"', "\n", "\r", "\t", " "),
    *("\x1b[", "\x1b]", "\x00", "\u202e", "\ud800", "&quot;", "<html>", "<!doctype html>", "<"),
    *("403 Forbidden", "HTTP/2 429", "status: 503", "187 - ", "code", ":", "=>", ",", "=", "+"),
    *("https://", "https://api.x.com/2/tweets?", "for url: ", "host='", "POST /2/tweets", "@a"),
    *("errors", "message", "type", "about:blank", "rateLimit", "x-rate-limit-reset: 9", "user_id"),
    *("duplicate content", "connection refused", "in create_tweet", "twitter code ", "api_key="),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=60).map("".join)


def cut(sample: PrintedError, start: int, end: int, more: str) -> str:
    return sample.text[:start] + more + sample.text[end:]


CUT = st.builds(
    cut,
    st.sampled_from(SAMPLES),
    st.integers(0, 1500),
    st.integers(0, 1500),
    TEXTS | st.text(max_size=10),
)


@given(TEXTS | CUT | st.binary(max_size=300))
@settings(max_examples=400, deadline=None)
def test_nothing_raises_and_nothing_unprintable_comes_out(text: str | bytes) -> None:
    for one in explain(text).explanations:
        output = shown(one)
        assert all(c.isprintable() or c == "\n" for c in output)
        assert len(output) < 6000
        assert one.line >= 1


@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(st.sampled_from(SECRETS), st.sampled_from(FRAMES), st.integers(0, 2000)),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=300, deadline=None)
def test_no_credential_is_repeated(
    sample: PrintedError, put_in: list[tuple[str, str, int]]
) -> None:
    text = sample.text
    for secret, frame, place in put_in:
        text = text[:place] + frame.format(secret) + text[place:]
    found = explain(text)
    output = "\n".join(shown(one) for one in found.explanations) + repr(found)
    for secret, _frame, _place in put_in:
        assert secret not in output
        assert secret[:16] not in output


_DENSE = ('{"errors":[{"code":187,"message":"x"}]}', "{'a':", "{" + "a," * 399 + "}")


@pytest.mark.parametrize(
    ("piece", "size"),
    [
        *((piece, MAX_INPUT_BYTES // 8) for piece in PIECES),
        *((piece, MAX_INPUT_BYTES) for piece in _DENSE),
    ],
)
def test_the_work_grows_with_the_text_and_no_faster(piece: str, size: int) -> None:
    """Count what is done, not how long it takes: on a busy machine that would be a lottery."""
    whole = (piece * (size // len(piece))).encode("utf-8", "surrogatepass")
    found = explain(whole + b"\n\nHTTP/2 401\n")
    assert len(found.explanations) <= 10
    objects = list(parse_objects(to_plain_text(whole)))
    assert sum(map(_size, objects)) < 80_000


def _size(printed: PrintedObject) -> int:
    waiting, size = [printed], 0
    while waiting:
        one = waiting.pop()
        size += 1 + len(one.fields) + len(one.items)
        waiting += one.children
    return size


def test_of_a_long_text_the_end_counts() -> None:
    noise = Random(1).randbytes(4 * MAX_INPUT_BYTES)  # noqa: S311 - the same noise every time
    end = b'\n{"errors":[{"code":187,"message":"Status is a duplicate."}]}\n'
    found = explain(noise + end)
    assert found.is_truncated
    assert found.explanations[0].diagnosis.kind is ProblemKind.POST_DUPLICATE
    assert not explain(end).is_truncated
