"""Actions on pending sign-ins, for their page and their menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.hosts import CONNECTED_APPS_URL, MANUAL_REVOCATION_HINT
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.gui.action_menu import ActionOffer
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.tasks import CANCEL_GRACE_SECONDS, Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.services.sign_in_requests import (
    LINK_PLACEHOLDER,
    AuthorizationLink,
    write_owner_message,
    write_owner_reminder,
)


class PendingSignInActions(QObject):
    """Continues and cancels pending sign-ins, copies and renews their links."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context

    def offers(self, sign_ins: Sequence[PendingSignIn]) -> list[ActionOffer]:
        """Return what can be done with these, in the order of a menu."""
        if len(sign_ins) == 1:
            return self._offers_for(sign_ins[0])
        words = f"Cancel {pluralize(len(sign_ins), 'sign-in')}…"
        cancel = partial(self._ask_to_discard, list(sign_ins))
        return [ActionOffer("cancel", words, words, "x", cancel)] if sign_ins else []

    def _offers_for(self, pending: PendingSignIn) -> list[ActionOffer]:
        resume = partial(self.context.window.resume_sign_in, pending.id)
        words = "Get a new link" if pending.is_possibly_granted else "Continue"
        offers = [ActionOffer("continue", words, words, "log-in", resume)]
        if pending.is_possibly_granted:
            opens = partial(self.context.window.open_address, CONNECTED_APPS_URL)
            words = "Open connected apps"
            offers.append(ActionOffer("connected-apps", words, words, "external-link", opens))
        if has_link_to_pass_on(pending):
            offers += self._link_offers(pending)
        discard = partial(self.discard, pending)
        words = "Cancel sign-in"
        return [*offers, ActionOffer("cancel", words, words, "x", discard, group=2)]

    def _link_offers(self, pending: PendingSignIn) -> list[ActionOffer]:
        actions: list[tuple[str, str, str, Callable[[], object]]] = []
        if pending.method is SignInMethod.LINK:
            actions += [
                ("message", "Copy message", "copy", partial(self.copy_message, pending)),
                ("reminder", "Copy reminder", "clock", partial(self.copy_reminder, pending)),
            ]
        else:
            actions.append(("link", "Copy link", "link", partial(self.copy_link, pending)))
        actions.append(("renew", "Get a new link", "rotate-cw", partial(self.renew_link, pending)))
        return [
            ActionOffer(name, text, text, icon, run, group=1) for name, text, icon, run in actions
        ]

    # -- links -------------------------------------------------------------------------------------

    def copy_message(self, pending: PendingSignIn) -> None:
        """Copy the message that asks the owner to approve."""
        self._copy(pending, write_owner_message, "Copied the message")

    def copy_reminder(self, pending: PendingSignIn) -> None:
        """Copy a reminder of that message."""
        self._copy(pending, write_owner_reminder, "Copied the reminder")

    def copy_link(self, pending: PendingSignIn) -> None:
        """Copy the link alone."""
        self._copy(pending, lambda _handle, _label: LINK_PLACEHOLDER, "Copied the link")

    def _copy(self, pending: PendingSignIn, write: Callable[[str, str], str], status: str) -> None:
        label = self.context.snapshots.current.label_of(pending.app_id)

        def done(link: AuthorizationLink) -> None:
            text = write(pending.expected_handle, label)
            self.context.clipboard.copy_plain(text.replace(LINK_PLACEHOLDER, link.url.reveal()))
            self.context.window.show_status(status)

        sign_in = self.context.services.sign_in
        self.context.run_in_store(self, lambda _job: sign_in.get_link(pending.id), done)

    def renew_link(self, pending: PendingSignIn) -> None:
        """Ask X for another link; the old one stops working."""

        def done(_link: AuthorizationLink) -> None:
            self.context.window.show_status("The link is new. Send it again")

        sign_in = self.context.services.sign_in
        self.context.run_over_network(
            self,
            lambda job: sign_in.renew(pending.id, job),
            done,
            on_ended=self.context.snapshots.reload,
        )

    # -- cancelling --------------------------------------------------------------------------------

    def _ask_to_discard(self, sign_ins: Sequence[PendingSignIn]) -> None:
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Cancel {pluralize(len(sign_ins), 'sign-in')}?",
            "Links that were sent stop working. Accounts stay as they are.",
            safe_text="Keep",
            danger_text="Cancel them",
        )
        dialog.accepted.connect(lambda: [self.discard(one) for one in sign_ins])

    @needs_vault
    def discard(self, pending: PendingSignIn) -> None:
        """Cancel a sign-in for good."""
        status = "Sign-in cancelled"
        if pending.is_possibly_granted:
            status += f". X may have granted it. {MANUAL_REVOCATION_HINT}"
        listening = self.context.background_sign_ins.stop(pending.id)

        def work(job: Job) -> None:
            if listening is not None:
                listening.ended.wait(CANCEL_GRACE_SECONDS)
            self.context.services.sign_in.discard(pending.id, job.cancel)

        self.context.run_over_network(
            self,
            work,
            lambda _nothing: self.context.window.show_status(status),
            lambda diagnosis: self._show_discard_failure(pending.id, diagnosis),
            on_ended=self.context.snapshots.reload,
        )

    def _show_discard_failure(self, pending_id: PendingSignInId, diagnosis: Diagnosis) -> None:
        if diagnosis.remedy is not Remedy.OPEN_CONNECTED_APPS:
            self.context.window.show_problem(diagnosis)
            return
        from twauth_gui.gui.problem_dialog import ProblemDialog  # noqa: PLC0415 - when first used

        def forget() -> None:
            self.context.run_in_store(
                self,
                lambda _job: self.context.services.sign_in.forget(pending_id),
                lambda _nothing: self.context.snapshots.reload(),
            )

        self.context.dialogs.open(ProblemDialog(self.context, diagnosis, forget))


def has_link_to_pass_on(pending: PendingSignIn) -> bool:
    """Whether its link is still to be opened, by whoever gets it."""
    is_waiting = pending.state is PendingState.WAITING and not pending.is_possibly_granted
    return is_waiting and not pending.method.uses_callback
