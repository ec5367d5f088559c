"""What Discord refuses in the components of a message or of a form, down to each button and option."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from rehearsal import components as parts
from rehearsal.checks import array, entry, text, truth, unknown_keys, whole_number
from rehearsal.component_keys import IN_CARD, IN_CONTAINER, IN_FORM, IN_ROW, KEYS
from rehearsal.refusals import Path, Problems
from rehearsal.things import Json

MOST_COMPONENTS = 40
MOST_TEXT = 4000

_EMOJI = re.compile(r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]|[0-9#*]\ufe0f?\u20e3")


def check_message_components(problems: Problems, path: Path, components: list[Any], *, is_v2: bool, files: Iterable[str]) -> None:
    """Add every problem of a message's components. `files` are the attachments that `attachment://` may name."""
    check = _Check(problems, frozenset(files), in_form=False)
    if is_v2:
        check.all(path, components, IN_CARD)
    else:
        check.all(path, components, frozenset({parts.ROW}))
        if len(components) > 5:
            problems.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    _totals(problems, path, components, check)


def check_form(problems: Problems, path: Path, form: Json) -> None:
    """Add every problem of a modal."""
    unknown_keys(problems, path, form, ("custom_id", "title", "components"))
    text(problems, (*path, "custom_id"), form.get("custom_id"), shortest=1, longest=100, required=True)
    text(problems, (*path, "title"), form.get("title"), shortest=1, longest=45, required=True)
    components = array(problems, (*path, "components"), form.get("components"), least=1, most=5, required=True)
    check = _Check(problems, frozenset(), in_form=True)
    check.all((*path, "components"), components or [], IN_FORM)
    _totals(problems, (*path, "components"), components or [], check)


def _totals(problems: Problems, path: Path, components: list[Any], check: _Check) -> None:
    if check.count > MOST_COMPONENTS:
        problems.add(
            path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components (nested ones included) is {check.count}; at most {MOST_COMPONENTS}.",
        )  # fmt: skip
    if check.letters > MOST_TEXT:
        problems.add(
            path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total displayable text size exceeds the maximum size of {MOST_TEXT}",
        )  # fmt: skip


class _Check:
    """One walk over a card or a form."""

    def __init__(self, problems: Problems, files: frozenset[str], *, in_form: bool) -> None:
        self.problems = problems
        self.files = files
        self.in_form = in_form
        self.count = 0
        self.letters = 0
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()
        self._checks: dict[int, Callable[[Path, Json], None]] = {
            parts.ROW: self._row, parts.BUTTON: self._button, parts.STRING_SELECT: self._select,
            parts.USER_SELECT: self._select, parts.ROLE_SELECT: self._select, parts.MENTIONABLE_SELECT: self._select,
            parts.CHANNEL_SELECT: self._select, parts.TEXT_INPUT: self._text_input, parts.SECTION: self._section,
            parts.TEXT: self._text, parts.THUMBNAIL: self._picture, parts.GALLERY: self._gallery,
            parts.FILE: self._file, parts.SEPARATOR: self._separator, parts.CONTAINER: self._container,
            parts.LABEL: self._label, parts.FILE_UPLOAD: self._upload, parts.RADIO_GROUP: self._radio_group,
            parts.CHECKBOX_GROUP: self._checkbox_group, parts.CHECKBOX: self._custom_id,
        }  # fmt: skip

    def all(self, path: Path, components: list[Any], allowed: frozenset[int]) -> None:
        for index, part in enumerate(components):
            self.one((*path, index), part, allowed)

    def one(self, path: Path, part: Any, allowed: frozenset[int]) -> None:
        if entry(self.problems, path, part) is None:
            return
        kind = part.get("type")
        if kind not in allowed:
            choices = ", ".join(str(k) for k in sorted(allowed))
            self._add((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices}).')
            return
        self.count += 1
        unknown_keys(self.problems, path, part, KEYS[kind])
        number = whole_number(self.problems, (*path, "id"), part.get("id"), least=0)
        if number:
            if number in self._ids:
                self._add((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(number)
        self._checks[kind](path, part)

    # -- what holds others -------------------------------------------------------------------------------------

    def _row(self, path: Path, part: Json) -> None:
        inside = array(self.problems, (*path, "components"), part.get("components"), least=1, most=5, required=True)
        self.all((*path, "components"), inside or [], frozenset({parts.TEXT_INPUT}) if self.in_form else IN_ROW)
        kinds = [child.get("type") for child in inside or [] if isinstance(child, dict)]
        if len(kinds) > 1 and any(kind != parts.BUTTON for kind in kinds):
            width = "The specified component exceeds the maximum width"
            self._add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", width)

    def _section(self, path: Path, part: Json) -> None:
        inside = array(self.problems, (*path, "components"), part.get("components"), least=1, most=3, required=True)
        self.all((*path, "components"), inside or [], frozenset({parts.TEXT}))
        self.one((*path, "accessory"), part.get("accessory"), frozenset({parts.BUTTON, parts.THUMBNAIL}))

    def _container(self, path: Path, part: Json) -> None:
        most = MOST_COMPONENTS
        inside = array(self.problems, (*path, "components"), part.get("components"), least=1, most=most, required=True)
        whole_number(self.problems, (*path, "accent_color"), part.get("accent_color"), least=0, most=0xFFFFFF)
        self.all((*path, "components"), inside or [], IN_CONTAINER)

    def _label(self, path: Path, part: Json) -> None:
        text(self.problems, (*path, "label"), part.get("label"), shortest=1, longest=45, required=True)
        text(self.problems, (*path, "description"), part.get("description"), shortest=1, longest=100)
        self.one((*path, "component"), part.get("component"), parts.FIELDS)

    # -- what is shown -----------------------------------------------------------------------------------------

    def _text(self, path: Path, part: Json) -> None:
        content = text(self.problems, (*path, "content"), part.get("content"), shortest=1, longest=MOST_TEXT, required=True)
        self.letters += len(content)

    def _gallery(self, path: Path, part: Json) -> None:
        for index, item in enumerate(
            array(self.problems, (*path, "items"), part.get("items"), least=1, most=10, required=True) or []
        ):
            spot = (*path, "items", index)
            if entry(self.problems, spot, item) is not None:
                unknown_keys(self.problems, spot, item, ("media", "description", "spoiler"))
                self._picture(spot, item)

    def _picture(self, path: Path, part: Json) -> None:
        text(self.problems, (*path, "description"), part.get("description"), shortest=1, longest=1024)
        self._media((*path, "media"), part.get("media"))

    def _file(self, path: Path, part: Json) -> None:
        self._media((*path, "file"), part.get("file"), only_attached=True)

    def _media(self, path: Path, media: Any, *, only_attached: bool = False) -> None:
        if entry(self.problems, path, media) is None:
            return
        url = text(self.problems, (*path, "url"), media.get("url"), shortest=1, longest=2048, required=True)
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in self.files:
                self._add(
                    (*path, "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                    "The referenced attachment was not found",
                )  # fmt: skip
        elif only_attached or not url.startswith(("http://", "https://")):
            self._add((*path, "url"), "URL_TYPE_INVALID_SCHEME", f'Scheme of "{url}" must be http or https.')

    def _separator(self, path: Path, part: Json) -> None:
        whole_number(self.problems, (*path, "spacing"), part.get("spacing"), least=1, most=2)

    # -- what is used ------------------------------------------------------------------------------------------

    def _custom_id(self, path: Path, part: Json) -> None:
        given = text(self.problems, (*path, "custom_id"), part.get("custom_id"), shortest=1, longest=100, required=True)
        if given and given in self._custom_ids:
            duplicate = "Component custom id cannot be duplicated"
            self._add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", duplicate)
        self._custom_ids.add(given)

    def _button(self, path: Path, part: Json) -> None:
        style = whole_number(self.problems, (*path, "style"), part.get("style"), least=1, most=6)
        if style is None:
            self._add((*path, "style"), "BASE_TYPE_REQUIRED", "This field is required")
        label = text(self.problems, (*path, "label"), part.get("label"), longest=80)
        truth(self.problems, (*path, "disabled"), part.get("disabled"))
        self._emoji((*path, "emoji"), part.get("emoji"))
        if not label and not part.get("emoji") and style != 6:
            self._add(path, "BUTTON_COMPONENT_MISSING_LABEL", "A button must have a label or an emoji")
        if style == 5:
            text(self.problems, (*path, "url"), part.get("url"), shortest=1, longest=512, required=True)
            if part.get("custom_id"):
                self._add(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A link button cannot have a custom id")
        elif part.get("url"):
            self._add(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
        elif style != 6:
            self._custom_id(path, part)

    def _emoji(self, path: Path, emoji: Any) -> None:
        if emoji is None:
            return
        if not isinstance(emoji, dict) or not (emoji.get("id") or _EMOJI.search(str(emoji.get("name")))):
            self._add(path, "COMPONENT_INVALID_EMOJI", "Invalid emoji")

    def _select(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        text(self.problems, (*path, "placeholder"), part.get("placeholder"), longest=150)
        most = 25
        if part["type"] == parts.STRING_SELECT:
            most = self._options(path, part, least=1, most=25)
        self._bounds(path, part, most=min(most, 25) if part["type"] == parts.STRING_SELECT else 25)
        if self.in_form and part.get("disabled"):
            self._add((*path, "disabled"), "SELECT_COMPONENT_DISABLED_IN_MODAL", "It can't be disabled in a modal")
        array(self.problems, (*path, "default_values"), part.get("default_values"), most=25)

    def _bounds(self, path: Path, part: Json, *, most: int) -> None:
        """`min_values` and `max_values` of a choice among `most`."""
        least = whole_number(self.problems, (*path, "min_values"), part.get("min_values"), least=0, most=most)
        limit = whole_number(self.problems, (*path, "max_values"), part.get("max_values"), least=1, most=most)
        if (1 if least is None else least) > (1 if limit is None else limit):
            self._add((*path, "min_values"), "SELECT_MIN_MAX", "min_values must not be greater than max_values")
        if self.in_form and least == 0 and part.get("required", True):
            self._add((*path, "required"), "SELECT_REQUIRED_MIN_VALUES", "With min_values 0 required must be false")

    def _options(self, path: Path, part: Json, *, least: int, most: int) -> int:
        options = array(self.problems, (*path, "options"), part.get("options"), least=least, most=most, required=True)
        seen: set[str] = set()
        keys = ("label", "value", "description", "default", *(("emoji",) if part["type"] == parts.STRING_SELECT else ()))
        for index, option in enumerate(options or []):
            spot = (*path, "options", index)
            if entry(self.problems, spot, option) is None:
                continue
            unknown_keys(self.problems, spot, option, keys)
            text(self.problems, (*spot, "label"), option.get("label"), shortest=1, longest=100, required=True)
            value = text(self.problems, (*spot, "value"), option.get("value"), shortest=1, longest=100, required=True)
            text(self.problems, (*spot, "description"), option.get("description"), longest=100)
            self._emoji((*spot, "emoji"), option.get("emoji"))
            if value in seen:
                used = "The specified option value is already used"
                self._add((*spot, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", used)
            seen.add(value)
        chosen = sum(1 for option in options or [] if isinstance(option, dict) and option.get("default"))
        limit = 1 if part["type"] == parts.RADIO_GROUP else part.get("max_values") or len(options or [])
        if part["type"] == parts.STRING_SELECT:
            limit = part.get("max_values") or 1
        if isinstance(limit, int) and chosen > limit:
            self._add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", f"At most {limit} defaults.")
        return len(options or [])

    def _text_input(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        if whole_number(self.problems, (*path, "style"), part.get("style"), least=1, most=2) is None:
            self._add((*path, "style"), "BASE_TYPE_REQUIRED", "This field is required")
        text(self.problems, (*path, "label"), part.get("label"), shortest=1, longest=45)
        if part.get("label") and path[-1] == "component":
            self._add((*path, "label"), "COMPONENT_LABEL_TWICE", "A text input inside a label has no label of its own")
        if not part.get("label") and path[-1] != "component":
            self._add((*path, "label"), "BASE_TYPE_REQUIRED", "This field is required")
        least = whole_number(self.problems, (*path, "min_length"), part.get("min_length"), least=0, most=4000) or 0
        most = whole_number(self.problems, (*path, "max_length"), part.get("max_length"), least=1, most=4000) or 4000
        if least > most:
            self._add((*path, "min_length"), "TEXT_INPUT_MIN_MAX", "min_length must not be greater than max_length")
        value = text(self.problems, (*path, "value"), part.get("value"), longest=most)
        if value and len(value) < least:
            self._add((*path, "value"), "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
        text(self.problems, (*path, "placeholder"), part.get("placeholder"), longest=100)

    def _upload(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        self._bounds(path, part, most=10)

    def _radio_group(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        self._options(path, part, least=2, most=10)

    def _checkbox_group(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        many = self._options(path, part, least=1, most=10)
        if part.get("max_values") is None:
            part = {"max_values": max(many, 1)} | {k: v for k, v in part.items() if k != "max_values"}
        self._bounds(path, part, most=max(many, 1))

    def _add(self, path: Path, code: str, message: str) -> None:
        self.problems.add(path, code, message)
