"""The cards of a round: the invitation, a question that is being asked, its reveal, and how it ended. All of them are public, and
one after the other they are the same message. Nothing is asked of the store here.
"""

from __future__ import annotations

from bot.cards import Button, Card, Divider, Drawing, Part, Row, Text
from bot.commands.asking import answer_controls, mark_of
from bot.commands.phrases import content_note, licence, source_lines
from bot.commands.round_press import leading, playing
from bot.commands.round_words import Foreseen, Result, answers_of, are_of, result_of
from bot.group import Group
from bot.library import Theme
from bot.press import Press, base36
from bot.progress import answers_in_words, least_behind
from bot.questions import Question
from bot.storage import Round

TIMER = 90
"""Seconds, where somebody begins a planned round with a timer."""
ROOM = 3_400
"""Characters for a reveal; where every answer's explanation would be longer, only the right one's is there."""
PRIVATE = (
    "-# Your press is answered to you alone. Nobody sees who answers, or what: your answer is kept until the reveal, under a code "
    "that is thrown away with it. You can change it once. You need not have joined."
)


def invitation(group: Group, theme: Theme, title: str, round_id: int) -> Card:
    """What the calendar posts: whoever leads it begins it, when people are there."""

    def begin(timer: int) -> Press:
        return Press("round", "begin", (base36(round_id), str(timer)), group.group_id)

    return Card(
        (
            Text(f"-# {theme.title} · a round to play together"),
            *content_note(theme),
            Text(
                f"## {title}\nEverybody answers for themselves, and only they see it. Then we look at what we "
                "think together, and why it is so. We play against the questions, not against one another: no names, no points, "
                "no hurry."
            ),
            Row((Button("Begin", begin(0), "main"), Button("Begin with a timer", begin(TIMER)))),
            Text("-# Whoever leads the group begins it when people are here. Guests can play."),
        ),
        tone="warm",
    )


def card_of(round_: Round, group: Group, theme: Theme | None, answered: int = 0) -> Card:
    """What the round's message shows now."""
    if round_.is_over:
        return end_card(round_, group, theme)
    number = round_.questions[round_.place - 1]
    question = theme.question(number) if theme else None
    if theme is None or question is None:
        return _taken_out(round_, group)
    if round_.is_revealed:
        return reveal_card(round_, group, theme, question)
    return question_card(round_, group, theme, question, answered)


def question_card(round_: Round, group: Group, theme: Theme, question: Question, answered: int) -> Card:
    asking = question.asked(round_.round_id)
    mark = mark_of(question, round_.round_id)
    controls = answer_controls(
        asking, lambda given: playing(round_, group, "answer", given, mark), playing(round_, group, "fill-in", "", mark)
    )
    leads = [Button("Reveal", leading(round_, group, "reveal"), "main"), Button("Stop", leading(round_, group, "stop-it"))]
    when = ""
    if round_.reveal_at is not None:
        leads.insert(0, Button("A minute more", playing(round_, group, "more")))
        when = f" It is revealed <t:{round_.reveal_at}:R>; whoever needs more time presses *A minute more*."
    return Card(
        (
            Text(f"-# {theme.title} · a round · question {round_.place} of {len(round_.questions)}"),
            *(content_note(theme) if round_.place == 1 else ()),
            Text(f"## {question.ask}"),
            *controls,
            Text(f"{answers_in_words(answered)}{when}\n{PRIVATE}"),
            Divider(),
            Row(tuple(leads)),
            Text("-# *Reveal* and *Stop* are for whoever leads the group."),
        ),
        tone="warm",
    )


def reveal_card(round_: Round, group: Group, theme: Theme, question: Question) -> Card:
    """What we chose, as far as it may be told; the answer, why, and where it comes from."""
    words = round_.told[round_.place - 1] if are_of(round_.told[round_.place - 1], question) else ()
    is_last = round_.place == len(round_.questions)
    onward = Button("See how it went" if is_last else "Next question", leading(round_, group, "next"), "main")
    buttons = (onward,) if is_last else (onward, Button("Stop", leading(round_, group, "stop-it")))
    answers = answers_of(question, round_.round_id)
    k = max(least_behind(group.publish_from), 5)
    parts: list[Part] = [
        Text(f"-# {theme.title} · a round · question {round_.place} of {len(round_.questions)}"),
        Text(f"## {question.ask}"),
    ]
    if words:
        from bot.plots import Bar, round_picture

        bars = tuple(Bar(one.mark, one.text, words[1 + one.index], one.is_right) for one in answers)
        if bars:
            heading = "What we chose" if any(one.letter for one in bars) else "What we answered"
            alt = f"{heading}. " + " ".join(f"{one.letter} {one.text}: {one.word} of us.".lstrip() for one in bars)
            parts.append(Drawing("round.png", round_picture(heading, bars), alt[:1024]))
        few = "" if words[0].endswith("%") else "\n-# *Few* may be none, and *nearly all* may be all."
        parts.append(Text(f"**{words[0][:1].upper()}{words[0][1:]} of us were right.**{few}"))
    else:
        parts.append(Text(f"Fewer than {k} have answered, so nothing is said about the answers."))
    parts.append(Text(f"**The answer:** {question.right_text}"))
    parts.append(Text(_explained(question, answers, words)))
    if question.sources:
        parts.append(Text(source_lines("Source" if len(question.sources) == 1 else "Sources", question.sources)))
    return Card((*parts, Text(licence(theme)), Row(buttons)), tone="good")


def end_card(round_: Round, group: Group, theme: Theme | None) -> Card:
    """What we knew, and what is worth talking about."""
    result = result_of(round_, theme)
    parts: list[Part] = [Text(f"-# {theme.title if theme else 'A theme that was removed'} · a round"), Text(_how_it_went(result))]
    if result.asked:
        parts.append(Text("\n".join(f"- {one.question.ask} *{_of_one(one.is_known)}*" for one in result.asked)))
    if theme and result.to_talk_about:
        alone = len(result.to_talk_about) == 1
        buttons = tuple(
            Button(
                "Talk about it" if alone else f"Talk about {place}",
                Press("round", "talk", (base36(round_.round_id), str(theme.number), base36(one.number, 2)), group.group_id),
            )
            for place, one in enumerate(result.to_talk_about, 1)
        )
        these = [one.ask if alone else f"**{place}** · {one.ask}" for place, one in enumerate(result.to_talk_about, 1)]
        parts += [
            Text(
                "**To talk about**, where we were most divided or knew least:\n" + "\n".join(these) + "\n"
                "-# Whoever leads the group posts it as a prompt, with a thread, at a press."
            ),
            Row(buttons),
        ]
    if theme and result.asked:
        numbers = "".join(base36(one.question.number, 2) for one in result.asked)
        again = Press("playing", "read", (str(theme.number), numbers), group.group_id)
        quiz = Press("quiz", "start", (str(theme.number),), group.group_id)
        parts.append(Row((Button("Read it all again", again, "main"), Button("A quiz for myself", quiz))))
    parts.append(Text("-# The answers are gone, and so are the codes under which they were kept."))
    return Card(tuple(parts), tone="good")


def _how_it_went(result: Result) -> str:
    heading = f"## {result.in_words}"
    rest = len(result.asked) - result.told
    said = "Known is what most of those who answered were right about." if result.told else ""
    if rest:
        which, them = ("one question", "it") if rest == 1 else (f"{rest} questions", "them")
        said += f" Too few have answered {which} to say anything about {them}."
    return f"{heading}\n{said.strip()}".strip()


def _of_one(is_known: bool | None) -> str:
    return "too few have answered" if is_known is None else "known" if is_known else "not yet"


def _explained(question: Question, answers: tuple[Foreseen, ...], words: tuple[str, ...]) -> str:
    """Each answer that its author foresaw, with how many gave it and why it is so; where there are none, what is to be known."""
    lines = [(f"- {one.mark} {one.text}", one.feedback, True) for one in question.explain().told] if not answers else []
    for one in answers:
        share = f" · *{words[1 + one.index]} of us*" if words else ""
        lines.append((f"{one.named}{' ✓' if one.is_right else ''}{share}", one.feedback, one.is_right))
    is_long = sum(len(line) + len(feedback) for line, feedback, _ in lines) + len(question.ask) > ROOM
    told = [(line, feedback if is_right or not is_long else "") for line, feedback, is_right in lines]
    return "\n".join(line + "".join(f"\n> {one}" for one in feedback.splitlines()) for line, feedback in told)


def _taken_out(round_: Round, group: Group) -> Card:
    return Card(
        (
            Text("This question was taken out of the course a moment ago."),
            Row((Button("Go on", leading(round_, group, "next"), "main"), Button("Stop", leading(round_, group, "stop-it")))),
        ),
        tone="look",
    )
