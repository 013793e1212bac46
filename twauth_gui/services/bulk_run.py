"""One action on several accounts, one after the other; it goes on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import (
    UNREACHABLE_KINDS,
    DiagnosedError,
    Diagnosis,
    ProblemKind,
)
from twauth_gui.store.errors import IndexUnusableError, NotFoundError, NotWrittenError
from twauth_gui.store.vault_errors import VaultError

_GIVE_UP_AFTER = 3  # in a row: the others would only wait as long to fail the same way
_FRUITLESS_KINDS = UNREACHABLE_KINDS | {ProblemKind.RATE_LIMITED}

BulkAction = Callable[[Account], Diagnosis | None]
"""Acts on one account; returns what the user has to know although it succeeded, or None."""


@dataclass(frozen=True, slots=True)
class AccountProblem:
    """What went wrong with one account, and why."""

    account: Account
    diagnosis: Diagnosis


@dataclass(slots=True)
class BulkResult:
    """What became of each account of a run.

    done: the action succeeded; warnings are about some of these. gone: another process had removed
    the account. skipped: not reached, because the user cancelled or because of stop_reason.
    fruitless_in_a_row: how many of the last ones failed because X was not reached or asks to wait.
    """

    done: list[Account] = field(default_factory=list[Account])
    warnings: list[AccountProblem] = field(default_factory=list[AccountProblem])
    failures: list[AccountProblem] = field(default_factory=list[AccountProblem])
    gone: list[Account] = field(default_factory=list[Account])
    skipped: list[Account] = field(default_factory=list[Account])
    stop_reason: Diagnosis | None = None
    fruitless_in_a_row: int = 0

    @property
    def count(self) -> int:
        """How many accounts the run was about."""
        return len(self.done) + len(self.failures) + len(self.gone) + len(self.skipped)

    @property
    def unfinished(self) -> list[Account]:
        """The accounts to try again."""
        return [*(one.account for one in self.failures), *self.skipped]


def run_for_each(
    accounts: Sequence[Account],
    action: BulkAction,
    cancel: CancelToken,
    report: Callable[[int], object],
) -> BulkResult:
    """Act on each account; what the keychain, the disk or an absent X refuses ends the run.

    report is called with the number of accounts that are through.
    """
    result = BulkResult()
    for number, account in enumerate(accounts):
        if cancel.is_cancelled or result.stop_reason is not None:
            result.skipped.append(account)
            continue
        report(number)
        try:
            warning = action(account)
        except CancelledError:
            result.skipped.append(account)
        except DiagnosedError as error:
            _note_failure(result, account, error)
        else:
            result.done.append(account)
            result.fruitless_in_a_row = 0
            if warning is not None:
                result.warnings.append(AccountProblem(account, warning))
    return result


def _note_failure(result: BulkResult, account: Account, error: DiagnosedError) -> None:
    if isinstance(error, NotFoundError):
        result.gone.append(account)
    elif isinstance(error, (VaultError, NotWrittenError, IndexUnusableError)):
        result.skipped.append(account)
        result.stop_reason = error.diagnosis
    else:
        result.failures.append(AccountProblem(account, error.diagnosis))
        is_fruitless = error.diagnosis.kind in _FRUITLESS_KINDS
        result.fruitless_in_a_row = result.fruitless_in_a_row + 1 if is_fruitless else 0
        if result.fruitless_in_a_row == _GIVE_UP_AFTER:
            result.stop_reason = error.diagnosis
