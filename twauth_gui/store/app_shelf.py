"""The apps that are kept."""

from __future__ import annotations

from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.attempts import PendingState
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.current import read_current
from twauth_gui.store.errors import (
    AppInUseError,
    CredentialMissingError,
    HeldCredentialsError,
    NotFoundError,
)
from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import Plan, Seen, unlist
from twauth_gui.store.ownership import require_open
from twauth_gui.store.records import decode_app, encode
from twauth_gui.store.rows import SELECT, app_columns, app_of


class AppRepository:
    """Apps in the index, with their keys in the keychain."""

    def __init__(self, ground: StoreContext, changes: Changes) -> None:
        self._ground = ground
        self._changes = changes

    def all(self) -> list[App]:
        sql = f"{SELECT[ItemKind.APP]} ORDER BY label COLLATE NOCASE, id"
        return [app_of(row) for row in self._ground.index.rows(sql)]

    def get(self, app_id: AppId) -> App:
        rows = self._ground.index.rows(f"{SELECT[ItemKind.APP]} WHERE id = ?", (app_id,))
        if not rows:
            raise NotFoundError(ItemKind.APP)
        return app_of(rows[0])

    def keys(self, app_id: AppId) -> AppKeys:
        """Read the keys; CredentialMissingError if the keychain lost them."""
        vault = self._ground.vault
        record = read_current(vault, ItemKind.APP, app_id, lambda: self.get(app_id).generation)
        if record is None:
            whose = f"the app {self.get(app_id).label}"
            raise CredentialMissingError(whose, vault.name, Remedy.EDIT_KEYS)
        return decode_app(record)

    def add(self, app: App, keys: AppKeys) -> App:
        plan = Plan(ItemKind.APP, app.id, app_columns(app), is_new=True)
        self._changes.write(plan, encode(keys))
        return self.get(app.id)

    def update(self, app: App, keys: AppKeys | None = None) -> App:
        """Change label, callback and hosts, and the keys if they are given.

        ChangedMeanwhileError if keys of another generation are there by now.
        """
        columns = app_columns(app)
        del columns["id"], columns["created_at"]
        if keys is not None:
            plan = Plan(ItemKind.APP, app.id, columns, is_new=False)
            seen = Seen(ItemKind.APP, app.id, app.generation)
            self._changes.write(plan, encode(keys), seen)
            return self.get(app.id)
        sets = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE apps SET {sets} WHERE id = ?"  # noqa: S608 - our own names
        if not self._ground.index.change(sql, (*columns.values(), app.id)):
            raise NotFoundError(ItemKind.APP)
        return self.get(app.id)

    def remove(self, app_id: AppId) -> None:
        """Remove an app with its pending sign-ins; AppInUseError if it has accounts."""
        app = self.get(app_id)
        require_open(self._ground, app_id, ItemKind.APP)
        now = self._ground.now()
        with self._ground.lock.held():
            with self._ground.index.transaction() as connection:
                (count,) = connection.execute(
                    "SELECT count(*) FROM accounts WHERE app_id = ? AND hidden_at IS NULL",
                    (app_id,),
                ).fetchone()
                if count:
                    raise AppInUseError(app.label, count)
                sql = "SELECT 1 FROM attempts WHERE app_id = ? AND state <> ?"
                if connection.execute(sql, (app_id, PendingState.WAITING.value)).fetchone():
                    raise HeldCredentialsError(app.label)
                doomed = [
                    entry
                    for kind, table in (
                        (ItemKind.ACCOUNT, "accounts"),
                        (ItemKind.ATTEMPT, "attempts"),
                    )
                    for (uuid,) in connection.execute(
                        f"SELECT id FROM {table} WHERE app_id = ?",  # noqa: S608 - our own names
                        (app_id,),
                    ).fetchall()
                    for entry in unlist(connection, kind, uuid, now)
                ]
                doomed += unlist(connection, ItemKind.APP, app_id, now)
            self._ground.on_step("app.unlisted")
            self._changes.delete(doomed)
