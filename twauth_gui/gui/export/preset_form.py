"""The form of an export preset: title, syntax, names, several accounts, options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.export.preset_draft import (
    GROUPING_TITLES,
    SYNTAX_TITLES,
    common_names,
    find_draft_errors,
    find_families,
    looks_like_value,
)
from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.fields import FieldBlock, LineField, SuggestionField, TextField
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S, TextStyle, line_height, text_font
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_files import FIELD_KEYS

_MAX_TEXT = 400
_KEY_OF = {field: key for key, field in FIELD_KEYS.items()}
_FIRST_FIELDS = (
    (Field.API_KEY, Field.API_SECRET),
    (Field.ACCESS_TOKEN, Field.ACCESS_SECRET),
)
_MORE_FIELDS = (
    (Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH),
    (Field.CLIENT_ID, Field.CLIENT_SECRET),
)
_DETAIL_TITLES: Mapping[AccountDetail, str] = {
    AccountDetail.HANDLE: "Handle",
    AccountDetail.NAME: "Display name",
    AccountDetail.USER_ID: "User ID",
    AccountDetail.APP: "App",
}
_OPTION_TITLES = {
    "array": "Name of the list",
    "section": "Section",
    "variable": "Variable",
    "service": "Service",
    "name": "Name of the secret",
    "server": "Server",
    "key": "Key around the servers",
    "command": "Command of the server",
    "preset": "Preset for twauth run",
    "twauth": "Path of twauth",
    "model": "Model",
    "pk": "Key of the first object",
}
_VALUE_WARNING = "This looks like a value. Write the name under which the bot reads it."
_CONSTANTS_HELP = "Lines that the program needs besides, one NAME=value in each."


class SyntaxBox(ComboBox):
    """The choice of a syntax, below the titles of their groups."""

    def __init__(self) -> None:
        super().__init__()
        model = QStandardItemModel(self)
        for group, titles in SYNTAX_TITLES.items():
            head = QStandardItem(group)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(text_font(TextStyle.SMALL, strong=True))
            model.appendRow(head)
            for syntax, title in titles.items():
                item = QStandardItem(title)
                item.setData(syntax.value, Qt.ItemDataRole.UserRole)
                item.setData(f"{title}, {group}", Qt.ItemDataRole.AccessibleTextRole)
                model.appendRow(item)
        self.setModel(model)
        self.setMaxVisibleItems(12)

    def syntax(self) -> FileSyntax:
        return FileSyntax(self.currentData())

    def select(self, syntax: FileSyntax) -> None:
        self.setCurrentIndex(self.findData(syntax.value))


class PresetForm(QWidget):
    """Fields of a preset; what is wrong stands beside each.

    Signals:
        changed: something was typed or chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._base: ExportPreset | None = None
        self._blocks: dict[str, FieldBlock] = {}
        self._names: dict[Field, SuggestionField] = {}
        self._details: dict[AccountDetail, LineField] = {}
        self._options: dict[str, LineField] = {}
        self._option_texts: dict[str, str] = {}
        self.title = self._line_field()
        self._syntax = SyntaxBox()
        self._file = self._line_field()
        self._comment = self._line_field()
        self._note = self._line_field()
        self._grouping = ComboBox()
        self._is_always_grouped = CheckBox("Also for a single account")
        self._is_either_kind = CheckBox("Accounts may have only one of the two kinds")
        self._constants = TextField()
        self._families = secondary_button("Use common names…", size=ButtonSize.SMALL)
        self._names_error = Text(style=TextStyle.SMALL, role="bad", wrap=True)
        self._options_holder = QVBoxLayout()
        self._options_error = Text(style=TextStyle.SMALL, role="bad", wrap=True)
        self._more_names = Disclosure("More values")
        self._more = Disclosure("More options")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(M)
        self._build()
        self._connect()

    # -- building ----------------------------------------------------------------------------------

    def _line_field(self) -> LineField:
        field = LineField()
        field.setMaxLength(_MAX_TEXT)
        return field

    def _build(self) -> None:
        self._column.addWidget(self._block("title", "Title", self.title))
        self._column.addWidget(self._block("syntax", "Syntax", self._syntax))
        head = Text("Names of the values", style=TextStyle.SMALL, strong=True, heading=True)
        self._column.addWidget(ResponsiveRow(head, self._families, spacing=S, apart=True))
        for first, second in _FIRST_FIELDS:
            self._column.addWidget(self._pair(self._name(first), self._name(second)))
        self._column.addWidget(self._names_error)
        for part in (self._more_names, self._more):
            part.add_beside(QWidget(), 1)  # which keeps its button at the left
        self._more_names.set_body(self._build_more_names())
        self._column.addWidget(self._more_names)
        several = QWidget()
        column = QVBoxLayout(several)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._block("several", "Several accounts", self._grouping))
        column.addWidget(self._is_always_grouped)
        self._column.addWidget(several)
        self._column.addWidget(self._block("file", "Name of the file", self._file))
        self._more.set_body(self._build_more())
        self._column.addWidget(self._more)
        self._column.addStretch(1)

    def _block(self, key: str, title: str, editor: QWidget, help_text: str = "") -> FieldBlock:
        block = self._blocks[key] = FieldBlock(title, editor, help_text)
        return block

    def _name(self, field: Field) -> FieldBlock:
        editor = self._names[field] = SuggestionField(suggestions=common_names(field))
        editor.setMaxLength(_MAX_TEXT)
        title = field.value[0].upper() + field.value[1:]
        return self._block(f"names.{_KEY_OF[field]}", title, editor)

    def _detail(self, detail: AccountDetail) -> FieldBlock:
        editor = self._details[detail] = self._line_field()
        return self._block(f"details.{detail.value}", _DETAIL_TITLES[detail], editor)

    def _pair(self, first: QWidget, second: QWidget) -> QWidget:
        return ResponsiveRow(first, second, spacing=M, stretch=(1, 1), stack_below=320)

    def _build_more_names(self) -> QWidget:
        body, column = _make_column()
        for first, second in _MORE_FIELDS:
            column.addWidget(self._pair(self._name(first), self._name(second)))
        column.addWidget(self._name(Field.BEARER_TOKEN))
        column.addWidget(self._is_either_kind)
        handle, name, user_id, app = (self._detail(one) for one in _DETAIL_TITLES)
        column.addWidget(self._pair(handle, name))
        column.addWidget(self._pair(user_id, app))
        return body

    def _build_more(self) -> QWidget:
        body, column = _make_column()
        comment_help = "Stands at the top of the file."
        column.addWidget(self._block("comment", "Comment", self._comment, comment_help))
        note_help = "Is shown beside the export."
        column.addWidget(self._block("note", "Advice", self._note, note_help))
        self._constants.setFixedHeight(3 * line_height() + 2 * M)
        column.addWidget(self._block("constants", "Other lines", self._constants, _CONSTANTS_HELP))
        self._options_holder.setSpacing(M)
        column.addLayout(self._options_holder)
        column.addWidget(self._options_error)
        return body

    def _connect(self) -> None:
        lines = [self.title, self._file, self._comment, self._note]
        for line in [*lines, *self._names.values(), *self._details.values()]:
            line.textChanged.connect(self._on_changed)
        self._constants.textChanged.connect(self._on_changed)
        self._syntax.currentIndexChanged.connect(self._on_syntax_changed)
        self._grouping.currentIndexChanged.connect(self._on_changed)
        for box in (self._is_always_grouped, self._is_either_kind):
            box.toggled.connect(self._on_changed)
        self._families.clicked.connect(self._open_families)

    # -- the preset --------------------------------------------------------------------------------

    def show_preset(self, preset: ExportPreset) -> None:
        """Fill the fields."""
        self._base = None  # no signal until all are filled
        self._option_texts = dict(preset.options)
        self.title.setText(preset.title)
        self._syntax.select(preset.syntax)
        self._show_syntax(preset.syntax, preset.grouping)
        self._show_names(preset.names)
        for detail, field in self._details.items():
            field.setText(preset.details.get(detail, ""))
        self._is_always_grouped.setChecked(preset.is_always_grouped)
        self._is_either_kind.setChecked(preset.is_either_kind)
        self._file.setText(preset.suggested_name)
        self._comment.setText(preset.comment)
        self._note.setText(preset.note)
        lines = [f"{name}={value}" for name, value in preset.constants]
        self._constants.setPlainText("\n".join(lines))
        shown_first = {field for pair in _FIRST_FIELDS for field in pair}
        if preset.details or set(preset.names) - shown_first - {Field.BEARER_TOKEN}:
            self._more_names.open()
        if preset.comment or preset.note or preset.constants or preset.options:
            self._more.open()
        self._base = preset
        self._on_changed()

    def draft(self) -> ExportPreset:
        """Return what the fields say; read_presets() may refuse it."""
        base = self._base
        if base is None:
            raise RuntimeError("The form shows no preset.")
        syntax = self._syntax.syntax()
        order = dict.fromkeys((*base.names, *FIELD_KEYS.values()))
        return replace(
            base,
            title=self.title.text(),
            syntax=syntax,
            names={field: text for field in order if (text := self._names[field].text())},
            details={
                detail: text for detail in self._details if (text := self._details[detail].text())
            },
            grouping=AccountGrouping(self._grouping.currentData()),
            is_always_grouped=self._is_always_grouped.isChecked(),
            is_either_kind=self._is_either_kind.isChecked(),
            suggested_name=self._file.text(),
            comment=self._comment.text(),
            note=self._note.text(),
            constants=tuple(self._read_constants()),
            options={name: text for name in self._options if (text := self._options[name].text())},
        )

    def _read_constants(self) -> list[tuple[str, str]]:
        lines = filter(str.strip, self._constants.toPlainText().splitlines())
        return [(name.strip(), value) for name, _, value in (one.partition("=") for one in lines)]

    def check(self) -> dict[str, str]:
        """Show beside each field what is wrong with it, and return that by the fields' keys."""
        errors = find_draft_errors(self.draft())
        if any(not name or not value for name, value in self._read_constants()):
            errors["constants"] = "Write one NAME=value in each line."
        for key, block in self._blocks.items():
            block.set_error(errors.get(key, ""))
        is_empty = not self.title.text()  # nothing is wrong with a form that is not filled yet
        self._blocks["title"].set_help(errors["title"] if is_empty else "")
        if is_empty:
            self._blocks["title"].set_error("")
        for key, label in (("names", self._names_error), ("options", self._options_error)):
            label.setText(errors.get(key, ""))
            label.setVisible(bool(label.text()))
        for field, line in self._names.items():
            is_odd = looks_like_value(line.text())
            self._blocks[f"names.{_KEY_OF[field]}"].set_warning(_VALUE_WARNING * is_odd)
        self._open_where_wrong(errors)
        return errors

    def _open_where_wrong(self, errors: Mapping[str, str]) -> None:
        for part, keys in (
            (self._more_names, [_KEY_OF[one] for pair in _MORE_FIELDS for one in pair]),
            (self._more, ["comment", "note", "constants", "options"]),
        ):
            tables = ("details.",) if part is self._more_names else ("options.",)
            if any(one.startswith(tables) or one.rpartition(".")[2] in keys for one in errors):
                part.open()

    # -- reacting ----------------------------------------------------------------------------------

    def _on_changed(self, *_: object) -> None:
        if self._base is not None:
            self.changed.emit()

    def _on_syntax_changed(self, *_: object) -> None:
        if self._base is None:
            return
        self._option_texts |= {name: line.text() for name, line in self._options.items()}
        self._show_syntax(self._syntax.syntax(), AccountGrouping(self._grouping.currentData()))
        self._on_changed()

    def _show_syntax(self, syntax: FileSyntax, grouping: AccountGrouping) -> None:
        """Offer what this syntax can have."""
        rules = SYNTAXES[syntax]
        self._blocks["syntax"].set_help(f"Read by {rules.reader}.")
        self._grouping.blockSignals(True)
        self._grouping.clear()
        for one in rules.groupings:
            self._grouping.addItem(GROUPING_TITLES[one], one.value)
        self._grouping.setCurrentIndex(max(0, self._grouping.findData(grouping.value)))
        self._grouping.blockSignals(False)
        self._blocks["comment"].setVisible(syntax.has_comments)
        self._show_options(rules.options)

    def _show_options(self, options: Mapping[str, str]) -> None:
        clear_layout(self._options_holder)
        for name in self._options:
            del self._blocks[f"options.{name}"]
        self._options = {}
        for name, usual in options.items():
            line = self._options[name] = self._line_field()
            line.setPlaceholderText(usual)
            line.setText(self._option_texts.get(name, ""))
            line.textChanged.connect(self._on_changed)
            title = _OPTION_TITLES.get(name, name)
            self._options_holder.addWidget(self._block(f"options.{name}", title, line))

    def _show_names(self, names: Mapping[Field, str]) -> None:
        for field, line in self._names.items():
            line.setText(names.get(field, ""))

    # -- common names ------------------------------------------------------------------------------

    def _open_families(self) -> None:
        menu = PopupMenu(self, "Common names")
        for family in find_families(self._syntax.syntax()):
            title = f"{family.title}: {family.subtitle}"
            action = menu.addAction(title.replace("&", "&&"))
            action.triggered.connect(_ignore_checked(partial(self._use_names, family.names)))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        menu.popup(self._families.mapToGlobal(self._families.rect().bottomLeft()))

    def _use_names(self, names: Mapping[Field, str]) -> None:
        """Fill in these names; fields that have none in this family are emptied."""
        base, self._base = self._base, None
        self._show_names(names)
        self._base = base
        self._on_changed()


def _ignore_checked(act: Callable[[], None]) -> Callable[..., None]:
    """Return a slot for a signal that carries whether an action is checked."""
    return lambda *_: act()


def _make_column() -> tuple[QWidget, QVBoxLayout]:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(M)
    return body, column
