"""One question of a review, small enough to travel in its buttons. What comes after it is worked out anew from what is kept."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from bot.commands.review_today import A_DAY, LEAST, MOST
from bot.commands.sureness import sure_of
from bot.press import NotAPress, base36
from bot.recall import Sure

MOST_TURNS = 36**4
MOST_LEFT_OUT = 12


class Reviewing(Struct, frozen=True):
    """``turn``: how often it had been asked when its card was made. ``left``: questions of today, this one among them."""

    theme: int
    number: int
    turn: int
    left: int
    most: int = A_DAY
    sure: Sure = Sure.UNSAID
    without: tuple[int, ...] = ()
    """Numbers of themes that somebody skipped for now."""
    mark: str = ""
    """Of what was shown (``asking.py``)."""

    def args(self) -> tuple[str, ...]:
        """Its words in a press."""
        turn, left = base36(self.turn), base36(self.left)
        return (
            base36(self.theme),
            base36(self.number, 2) + self.mark,
            turn,
            left,
            f"{self.sure:d}",
            *going_on(self.most, self.without),
        )

    @classmethod
    def read(cls, args: tuple[str, ...]) -> Reviewing:
        """The other way round. Raises ``NotAPress`` on what ``args`` did not write."""
        try:
            theme, number, turn, left, sure = args[:5]
            most, without = read_going_on(args[5:])
            at, mark = number[:2], number[2:]
            this = cls(int(theme, 36), int(at, 36), int(turn, 36), int(left, 36), most, sure_of(sure), without, mark)
            is_ours = this.args() == args
        except ValueError as error:
            raise NotAPress("not a review") from error
        if not (is_ours and this.turn < MOST_TURNS):
            raise NotAPress("not a review")
        return this

    def but_sure(self, sure: Sure) -> Reviewing:
        return replace(self, sure=sure)


def going_on(most: int, without: tuple[int, ...] = ()) -> tuple[str, str]:
    """What stays the same from one question to the next, as two words of a press."""
    return base36(most), ".".join(base36(one) for one in without)


def read_going_on(args: tuple[str, ...], usual: int = A_DAY) -> tuple[int, tuple[int, ...]]:
    """The other way round; without words, a day with the ``usual`` amount. Raises ``NotAPress``."""
    word, left_out = (*args, "", "")[:2]
    try:
        most = int(word, 36) if word else usual
        without = tuple(int(one, 36) for one in left_out.split(".")) if left_out else ()
    except ValueError as error:
        raise NotAPress("not a review") from error
    if not LEAST <= most <= MOST or len(without) > MOST_LEFT_OUT:
        raise NotAPress("not a review")
    return most, without
