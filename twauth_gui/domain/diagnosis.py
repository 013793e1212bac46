"""One failure in plain words: what is so, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Remedy(Enum):
    """What a button beside the message does."""

    NONE = "none"
    TRY_AGAIN = "try-again"
    START_AGAIN = "start-again"
    USE_PIN = "use-pin"
    EDIT_KEYS = "edit-keys"
    COPY_CALLBACK = "copy-callback"
    OPEN_CONSOLE = "open-console"
    SIGN_IN_AGAIN = "sign-in-again"
    SIGN_IN_OAUTH2 = "sign-in-oauth2"
    UNLOCK = "unlock"
    CREATE_FILE = "create-file"
    START_SANDBOX = "start-sandbox"
    OPEN_APPEAL = "open-appeal"
    OPEN_X = "open-x"
    OPEN_CONNECTED_APPS = "open-connected-apps"


class ProblemKind(Enum):
    """The failures that Twauth tells apart."""

    # of a sign-in
    WRONG_KEYS = "wrong-keys"
    WRONG_PIN = "wrong-pin"
    SIGN_IN_EXPIRED = "attempt-expired"
    MAYBE_GRANTED = "maybe-granted"
    DENIED = "denied"
    CALLBACK_NOT_APPROVED = "callback-not-approved"
    CALLBACK_NEEDS_PIN = "callback-needs-pin"
    CLOCK = "clock"
    APP_SUSPENDED = "app-suspended"
    APP_NOT_PERMITTED = "app-not-permitted"
    WRONG_RESPONSE = "wrong-answer"
    PORT_TAKEN = "port-taken"
    TIMED_OUT_WAITING = "timed-out-waiting"
    WRONG_ACCOUNT = "wrong-account"
    PAGE_FAILED = "page-went-wrong"
    # of a token in use
    REVOKED = "revoked"
    REFRESH_SPENT = "refresh-spent"
    READ_ONLY = "read-only"
    ACCOUNT_SUSPENDED = "account-suspended"
    ACCOUNT_LOCKED = "account-locked"
    NOT_ENROLLED = "not-enrolled"
    NO_CREDITS = "no-credits"
    SPENDING_LIMIT = "spending-limit"
    FEATURE_NOT_PERMITTED = "feature-not-permitted"
    NEEDS_V2 = "needs-v2"
    RATE_LIMITED = "rate-limited"
    USAGE_CAPPED = "usage-capped"
    WRONG_CREDENTIAL_KIND = "wrong-credential-kind"
    # of a post, a reply, a like or a message
    POST_DUPLICATE = "post-duplicate"
    POST_TOO_LONG = "post-too-long"
    POST_NOT_ACCEPTED = "post-not-accepted"
    POST_NOT_FOUND = "post-not-found"
    REPLY_NOT_ALLOWED = "reply-not-allowed"
    BLOCKED = "blocked"
    ALREADY_DONE = "already-done"
    LOOKS_AUTOMATED = "looks-automated"
    POSTING_LIMIT = "posting-limit"
    MESSAGE_NOT_ALLOWED = "message-not-allowed"
    MEDIA_REFUSED = "media-refused"
    # of a bot that asks X by itself
    BOT_WITHOUT_KEYS = "bot-without-keys"
    NOT_FROM_X = "not-from-x"
    # of the connection to X
    NO_NETWORK = "no-network"
    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    TLS = "tls"
    REDIRECTED = "redirected"
    NOT_X = "not-x"
    X_DOWN = "x-down"
    SANDBOX_OFF = "sandbox-off"
    # of the keychain
    KEYCHAIN_ABSENT = "keychain-absent"
    KEYCHAIN_LOCKED = "keychain-locked"
    KEYCHAIN_DISMISSED = "keychain-dismissed"
    KEYCHAIN_HUNG = "keychain-hung"
    KEYCHAIN_FAILED = "keychain-failed"
    KEYCHAIN_NOT_WRITTEN = "keychain-not-written"
    CREDENTIAL_MISSING = "credential-missing"
    RECORD_TOO_LARGE = "record-too-large"
    WRONG_VAULT = "wrong-vault"
    # of the stored data
    NOT_FOUND = "not-found"
    CHANGED_MEANWHILE = "changed-meanwhile"
    # of the disk
    INDEX_UNUSABLE = "index-unusable"
    FILE_NOT_WRITTEN = "file-not-written"
    FILE_EXISTS = "file-exists"
    BACKUP_UNUSABLE = "backup-unusable"
    BACKUP_LOCKED = "backup-locked"
    # of a destination that credentials are pushed to
    DESTINATION_UNUSABLE = "destination-unusable"
    DESTINATION_NOT_APPROVED = "destination-not-approved"
    DESTINATION_TARGET = "destination-target"
    DESTINATION_PROGRAM = "destination-program"
    DESTINATION_LOGGED_OUT = "destination-logged-out"
    DESTINATION_ABSENT = "destination-absent"
    DESTINATION_FAILED = "destination-failed"
    # anything else
    UNKNOWN = "unknown"


UNREACHABLE_KINDS = frozenset(
    {
        ProblemKind.NO_NETWORK,
        ProblemKind.REFUSED,
        ProblemKind.TIMED_OUT,
        ProblemKind.TLS,
        ProblemKind.REDIRECTED,
        ProblemKind.NOT_X,
        ProblemKind.X_DOWN,
        ProblemKind.SANDBOX_OFF,
    }
)
"""X was not reached or cannot answer now: none of these says anything about app or account."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report to the maintainers may contain; never a secret."""

    status: int | None = None
    code: str = ""
    endpoint: str = ""
    excerpt: str = ""
    transaction_id: str = ""

    @property
    def is_from_x(self) -> bool:
        """Whether X said it, in answer to a call (with a status) or on its page (with a code)."""
        return self.status is not None or bool(self.endpoint and self.code)

    @property
    def is_refusal(self) -> bool:
        """Whether X itself refused: nothing was granted, and no response was lost on its way.

        A status of 500 or above can be a gateway's, with X's response lost behind it.
        """
        # RFC 9110, section 15.5
        return self.status is not None and 400 <= self.status < 500  # noqa: PLR2004

    def format_report(self) -> str:
        rows = (
            ("endpoint", self.endpoint),
            ("status", "" if self.status is None else str(self.status)),
            ("code", self.code),
            ("transaction", self.transaction_id),
            ("body", self.excerpt),
        )
        return "\n".join(f"{name}: {value}" for name, value in rows if value)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What happened, the likely causes in order, what to do, and the button that does it.

    title: one line, what is so. advice: one or two sentences, why and what to do next.
    causes: further likely causes, the likeliest first. remedy: the button.
    wait_until: when X allows calls again, if it said so.
    clock_skew: seconds that this computer's clock is ahead, if that is the reason; the call can be
    repeated with CallSettings.with_clock_skew.
    address: where the sandbox was expected, for the remedy that starts it.
    """

    kind: ProblemKind
    title: str
    advice: str
    causes: tuple[str, ...] = ()
    remedy: Remedy = Remedy.NONE
    evidence: Evidence = Evidence()
    wait_until: datetime | None = None
    clock_skew: float | None = None
    address: str = ""

    def to_sentence(self) -> str:
        return f"{self.title} {self.advice}".strip()


class DiagnosedError(Exception):
    """A failure with its explanation."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.to_sentence())
        self.diagnosis = diagnosis


class NotSentError(DiagnosedError):
    """A call that X has certainly not seen: nothing left this computer."""
