"""Which keys each kind of component has, and which kinds may stand where. Only tables."""

from __future__ import annotations

from rehearsal import components as parts

_BASE = frozenset({"type", "id"})
_SELECT = _BASE | {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
KEYS: dict[int, frozenset[str]] = {
    parts.ROW: _BASE | {"components"},
    parts.BUTTON: _BASE | {"custom_id", "style", "label", "disabled", "url", "sku_id", "emoji"},
    parts.STRING_SELECT: _SELECT | {"options"},
    parts.TEXT_INPUT: _BASE | {"custom_id", "style", "label", "value", "placeholder", "required", "min_length", "max_length"},
    parts.USER_SELECT: _SELECT | {"default_values"},
    parts.ROLE_SELECT: _SELECT | {"default_values"},
    parts.MENTIONABLE_SELECT: _SELECT | {"default_values"},
    parts.CHANNEL_SELECT: _SELECT | {"default_values", "channel_types"},
    parts.SECTION: _BASE | {"components", "accessory"},
    parts.TEXT: _BASE | {"content"},
    parts.THUMBNAIL: _BASE | {"media", "description", "spoiler"},
    parts.GALLERY: _BASE | {"items"},
    parts.FILE: _BASE | {"file", "spoiler"},
    parts.SEPARATOR: _BASE | {"divider", "spacing"},
    parts.CONTAINER: _BASE | {"components", "accent_color", "spoiler"},
    parts.LABEL: _BASE | {"label", "description", "component"},
    parts.FILE_UPLOAD: _BASE | {"custom_id", "min_values", "max_values", "required"},
    parts.RADIO_GROUP: _BASE | {"custom_id", "options", "required"},
    parts.CHECKBOX_GROUP: _BASE | {"custom_id", "options", "min_values", "max_values", "required"},
    parts.CHECKBOX: _BASE | {"custom_id", "default"},
}
IN_CONTAINER = frozenset({parts.ROW, parts.TEXT, parts.SECTION, parts.GALLERY, parts.SEPARATOR, parts.FILE})
IN_CARD = IN_CONTAINER | {parts.CONTAINER}
IN_ROW = parts.SELECTS | {parts.BUTTON}
IN_FORM = frozenset({parts.ROW, parts.TEXT, parts.LABEL})
