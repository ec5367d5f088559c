"""Discord's errors, as exceptions that rest.py turns into its JSON. The one list of codes that the stand-in knows."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.things import Json

Path = tuple[str | int, ...]


class Refusal(Exception):
    """An HTTP answer that is an error. `errors` is the nested part of an invalid body, `headers` come with the answer."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


class Problems:
    """Collects what is wrong with a body, each with its path, and raises them all at once as error 50035."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        place = self.errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def settle(self) -> None:
        if self.errors:
            raise Refusal(400, 50035, "Invalid Form Body", self.errors)


def invalid(path: Path, code: str, message: str) -> Refusal:
    """Error 50035 with a single problem."""
    problems = Problems()
    problems.add(path, code, message)
    return Refusal(400, 50035, "Invalid Form Body", problems.errors)


def not_found() -> Refusal:
    return Refusal(404, 0, "404: Not Found")


def unauthorized() -> Refusal:
    return Refusal(401, 0, "401: Unauthorized")


def unknown_channel() -> Refusal:
    return Refusal(404, 10003, "Unknown Channel")


def unknown_server() -> Refusal:
    return Refusal(404, 10004, "Unknown Guild")


def unknown_member() -> Refusal:
    return Refusal(404, 10007, "Unknown Member")


def unknown_message() -> Refusal:
    return Refusal(404, 10008, "Unknown Message")


def unknown_role() -> Refusal:
    return Refusal(404, 10011, "Unknown Role")


def unknown_user() -> Refusal:
    return Refusal(404, 10013, "Unknown User")


def unknown_webhook() -> Refusal:
    return Refusal(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refusal:
    return Refusal(404, 10062, "Unknown interaction")


def unknown_command() -> Refusal:
    return Refusal(404, 10063, "Unknown application command")


def already_acknowledged() -> Refusal:
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def not_your_message() -> Refusal:
    return Refusal(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refusal:
    return Refusal(400, 50006, "Cannot send an empty message")


def cannot_message_user() -> Refusal:
    return Refusal(403, 50007, "Cannot send messages to this user")


def not_in_this_channel() -> Refusal:
    return Refusal(400, 50008, "Cannot send messages in a non-text channel")


def missing_permissions() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def wrong_channel_type() -> Refusal:
    return Refusal(400, 50024, "Cannot execute action on this channel type")


def invalid_token() -> Refusal:
    return Refusal(401, 50027, "Invalid Webhook Token")


def archived_thread() -> Refusal:
    return Refusal(400, 50083, "Thread is archived")


def bad_json() -> Refusal:
    return Refusal(400, 50109, "The request body contains invalid JSON.")


def tag_required() -> Refusal:
    return Refusal(400, 40067, "A tag is required to create a forum post in this channel")


def thread_exists() -> Refusal:
    return Refusal(400, 160004, "A thread has already been created for this message")


def threads_full() -> Refusal:
    return Refusal(400, 160006, "Maximum number of active threads reached")


def too_many_old_edits() -> Refusal:
    """Ordered by a test only: Discord doesn't say how many edits of a message older than an hour it takes."""
    return Refusal(429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.")


def too_many_commands() -> Refusal:
    return Refusal(400, 30032, "Maximum number of application commands reached (100)")


_BY_CODE: dict[int, Callable[[], Refusal]] = {
    made().body["code"]: made
    for made in (
        unknown_channel, unknown_server, unknown_member, unknown_message, unknown_role, unknown_user, unknown_webhook,
        unknown_interaction, unknown_command, already_acknowledged, missing_access, not_your_message, empty_message,
        cannot_message_user,
        not_in_this_channel, missing_permissions, wrong_channel_type, invalid_token, archived_thread, bad_json, tag_required,
        thread_exists, threads_full, too_many_old_edits, too_many_commands,
    )
}  # fmt: skip


def by_code(code: int) -> Refusal:
    """Discord's error with this code. LookupError for one that isn't listed here."""
    if code not in _BY_CODE:
        raise LookupError(f"the stand-in knows no error {code}; it knows {sorted(_BY_CODE)}")
    return _BY_CODE[code]()
