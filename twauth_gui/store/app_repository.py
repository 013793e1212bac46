"""Apps: rows in the index, with keys in the keychain."""

from __future__ import annotations

from contextlib import suppress

from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store.changes import JournaledWriter, StoreContext, require_readable
from twauth_gui.store.errors import (
    AppInUseError,
    CredentialMissingError,
    NotFoundError,
    UnsavedCredentialsError,
)
from twauth_gui.store.index_rows import SELECT, app_columns, app_from_row
from twauth_gui.store.journal import ChangePlan, Precondition, delete_row
from twauth_gui.store.placement_repository import PlacementRepository
from twauth_gui.store.records import decode_app, encode
from twauth_gui.store.vault import ItemKind, read_consistent
from twauth_gui.store.vault_errors import VaultError


class AppRepository:
    """Apps, with their keys."""

    def __init__(
        self, context: StoreContext, changes: JournaledWriter, placements: PlacementRepository
    ) -> None:
        """placements: whose key goes with the last app."""
        self._context = context
        self._changes = changes
        self._placements = placements

    def list_all(self) -> list[App]:
        sql = f"{SELECT[ItemKind.APP]} ORDER BY label COLLATE NOCASE, id"
        return [app_from_row(row) for row in self._context.index.query(sql)]

    def get(self, app_id: AppId) -> App:
        rows = self._context.index.query(f"{SELECT[ItemKind.APP]} WHERE id = ?", (app_id,))
        if not rows:
            raise NotFoundError(ItemKind.APP)
        return app_from_row(rows[0])

    def read_keys(self, app_id: AppId) -> AppKeys:
        """Read the keys; CredentialMissingError if the keychain lost them."""
        vault = self._context.vault
        record = read_consistent(vault, ItemKind.APP, app_id, lambda: self.get(app_id).generation)
        if record is None:
            whose = f"the app {self.get(app_id).label}"
            raise CredentialMissingError(whose, vault.name, Remedy.EDIT_KEYS)
        return decode_app(record)

    def add(self, app: App, keys: AppKeys) -> App:
        plan = ChangePlan(ItemKind.APP, app.id, app_columns(app), is_new=True)
        self._changes.write(plan, encode(keys))
        return self.get(app.id)

    def update(self, app: App, keys: AppKeys | None = None) -> App:
        """Change label, callbacks and hosts, and the keys if there are any.

        Raises:
            ChangedMeanwhileError: the keys to replace are of another generation by now.
        """
        columns = app_columns(app)
        del columns["id"], columns["created_at"]
        if keys is not None:
            plan = ChangePlan(ItemKind.APP, app.id, columns, is_new=False)
            unchanged = Precondition(ItemKind.APP, app.id, app.generation)
            self._changes.write(plan, encode(keys), unchanged)
            return self.get(app.id)
        sets = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE apps SET {sets} WHERE id = ?"  # noqa: S608 - our own names
        if not self._context.index.execute(sql, (*columns.values(), app.id)):
            raise NotFoundError(ItemKind.APP)
        return self.get(app.id)

    def remove(self, app_id: AppId) -> None:
        """Remove an app with its pending sign-ins; AppInUseError if it has accounts."""
        app = self.get(app_id)
        require_readable(self._context, app_id, ItemKind.APP)
        now = self._context.now()
        with self._context.lock.acquire():
            with self._context.index.transaction() as connection:
                (count,) = connection.execute(
                    "SELECT count(*) FROM accounts WHERE app_id = ? AND hidden_at IS NULL",
                    (app_id,),
                ).fetchone()
                if count:
                    raise AppInUseError(app.label, count)
                sql = "SELECT 1 FROM attempts WHERE app_id = ? AND state <> ?"
                if connection.execute(sql, (app_id, PendingState.WAITING.value)).fetchone():
                    raise UnsavedCredentialsError(app.label)
                deletions = [
                    entry
                    for kind, table in (
                        (ItemKind.ACCOUNT, "accounts"),
                        (ItemKind.PENDING_SIGN_IN, "attempts"),
                    )
                    for (uuid,) in connection.execute(
                        f"SELECT id FROM {table} WHERE app_id = ?",  # noqa: S608 - our own names
                        (app_id,),
                    ).fetchall()
                    for entry in delete_row(connection, kind, uuid, now)
                ]
                deletions += delete_row(connection, ItemKind.APP, app_id, now)
            self._context.on_step("app.unlisted")
            self._changes.delete_items(deletions)
            if not self.list_all():
                with suppress(VaultError):  # without a placement, what stays says nothing
                    self._placements.delete_fingerprint_key()
