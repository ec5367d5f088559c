"""What a control means, written into its own ``custom_id``.

Since the whole meaning travels with the control, nothing has to be remembered about a message, and every button
works after a restart and on messages of any age. Everyone who sees a card can read its presses: nothing secret
goes in, and never a learner key.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote

from msgspec import Struct

LONGEST = 100
"""Discord's limit for a ``custom_id``, in characters."""

LONGEST_ID = 13
"""Characters of the largest number with 63 bits."""
GROUP_BITS = 40
"""How long a group's random number is."""
VERSION = "1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PLAIN = ",;()'\"<>=?!@#$&*+[]{}|^`/\\~"  # characters that stand for themselves, so that a press stays short


class NotAPress(ValueError):
    """A ``custom_id`` that this version of the bot can't read."""


class Press(Struct, frozen=True):
    """Command, step, the group it is about, and the step's own arguments."""

    command: str
    step: str
    args: tuple[str, ...] = ()
    group: int | None = None

    def write(self) -> str:
        """The ``custom_id``. Raises ``ValueError`` rather than be longer than Discord allows."""
        written = self._written()
        if len(written) > LONGEST:
            raise ValueError(f"a press of {len(written)} characters does not fit into Discord's {LONGEST}")
        return written

    @classmethod
    def read(cls, custom_id: str) -> Press:
        """The other way round. Raises ``NotAPress`` for anything that ``write`` did not make."""
        version, *words = custom_id.split(":")
        if version != VERSION or len(words) < 3:
            raise NotAPress("not a control of this version")
        try:
            if "%" in custom_id:
                words = [unquote(word, errors="surrogatepass") for word in words]
            command, step, group, *args = words
            press = cls(command, step, tuple(args), int(group, 36) if group else None)
            is_ours = press.write() == custom_id and (press.group or 0) < 1 << GROUP_BITS
        except ValueError as error:
            raise NotAPress("not written by us") from error
        if not is_ours:
            raise NotAPress("not written by us")
        return press

    @property
    def fits(self) -> bool:
        """Whether ``write`` will do."""
        return len(self._written()) <= LONGEST

    def _written(self) -> str:
        group = "" if self.group is None else _group_word(self.group)
        return ":".join((VERSION, *map(_escaped, (self.command, self.step, group, *self.args))))

    def with_args(self, *args: str) -> Press:
        return Press(self.command, self.step, args, self.group)


def id_in(word: str) -> int:
    """An id that ``base36`` wrote. Raises ``NotAPress`` for what can't be one: no database has room for any number."""
    if not (word.isascii() and word.isalnum() and len(word) <= LONGEST_ID and (number := int(word, 36)) < 1 << 63):
        raise NotAPress("no id")
    return number


def base36(number: int, width: int = 0) -> str:
    """A number ≥ 0 in as few lower-case characters as fit, padded with zeros to ``width``."""
    if number < 0:
        raise ValueError("base 36 has no word for a negative number")
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return (digits or "0").rjust(width, "0")


@lru_cache(maxsize=1024)
def _group_word(group: int) -> str:
    return base36(group)


def _escaped(word: str) -> str:
    if not word or (word.isalnum() and word.isascii()):  # nearly all of them, and quote() is slow to find that out
        return word
    return quote(word, safe=_PLAIN, errors="surrogatepass")
