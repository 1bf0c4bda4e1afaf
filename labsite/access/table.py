"""Who may do what, as a table: every page, socket, message, task, and the door of the API. What is not in it, nobody may."""

from collections.abc import Mapping
from typing import NamedTuple

from labsite.access.roles import Role

EVERYBODY = frozenset(Role)
KNOWN = EVERYBODY - {Role.STRANGER}
OWNER = frozenset({Role.LEARNER})
HEAD = frozenset({Role.ADMINISTRATOR})
MAKERS = HEAD | {Role.INSTRUCTOR}
TEACHERS = MAKERS | {Role.ASSISTANT}


class Rule(NamedTuple):
    """In which scope (roles.py) the role counts, and which roles may."""

    scope: str
    roles: frozenset[Role]


def rules(scope: str, roles: frozenset[Role], *names: str) -> dict[str, Rule]:
    """The same rule for all *names*."""
    return dict.fromkeys(names, Rule(scope, roles))


# By the name of the address (urls.py).
PAGES: Mapping[str, Rule] = {
    **rules(
        "site", EVERYBODY, "home", "healthz", "readyz", "metrics", "set_language", "what-is-simulated", "lesson-schema"
    ),
    **rules("site", EVERYBODY, "guest", "log-in", "log-out", "sign-up", "certificate", "moment", "kinds", "kind"),
    **rules("site", EVERYBODY, "password-choose"),  # who has the link
    **rules("site", KNOWN, "catalogue", "lesson", "free-lab", "certificate-name", "unpack"),
    **rules("site", EVERYBODY, "oidc", "oidc-back"),
    **rules("site", KNOWN, "oidc-connect"),
    **rules("site", KNOWN, "account", "account-export", "account-delete", "password"),
    **rules("site", HEAD, "people", "appoint", "password-link"),
    # Platforms and those whom they send: each message says itself from whom it is (lti/tokens.py).
    **rules(
        "site", EVERYBODY, "lti-login", "lti-launch", "lti-deep", "lti-keys", "lti-enter", "lti-pick", "lti-register"
    ),
    **rules("site", HEAD, "lti-platforms", "lti-platform", "webhooks", "webhook"),
    **rules("site", EVERYBODY, "join", "join-code"),
    **rules("site", KNOWN, "classes"),
    **rules("site", MAKERS, "make-class"),
    **rules("class", KNOWN, "class", "leave-class", "follow"),
    **rules("class", TEACHERS, "invite", "room", "demonstrate", "roster-csv"),
    **rules("class", TEACHERS, "gradebook", "mark", "mark-comment", "marks-csv", "marks-xlsx"),
    **rules("class", MAKERS, "marking", "mark-change"),
    **rules("class", OWNER, "my-marks", "my-mark"),
    **rules("class", MAKERS, "class-settings", "class-lessons", "class-roster", "class-seat", "class-lti"),
    **rules("class", MAKERS, "class-webhooks", "class-webhook"),
    **rules("class", TEACHERS, "analytics", "analytics-table"),
    **rules("site", MAKERS, "drafts", "make-draft", "import-lesson", "fetch-lesson"),
    # Whose lesson it is the pages ask themselves: to all others it is not there.
    **rules("site", MAKERS, "my-lesson", "my-lesson-zip", "my-lesson-version"),
    **rules("draft", MAKERS, "draft-bench", "draft-desk", "draft-whole", "draft-preview"),
    **rules(
        "draft", MAKERS, "draft-save", "draft-work", "draft-publish", "draft-withdraw", "draft-download", "draft-delete"
    ),
    **rules("sandbox", OWNER, "lab", "anew", "workspace", "kubeconfig", "revoke-kubeconfigs"),
    **rules("sandbox", TEACHERS, "look", "copy", "look-kubeconfig", "look-revoke-kubeconfigs"),
}

# By the name of the socket's address (console/routing.py).
SOCKETS: Mapping[str, Rule] = {
    **rules("sandbox", OWNER | TEACHERS, "console"),
    **rules("class", TEACHERS, "room-socket", "grades-socket"),
    **rules("class", KNOWN, "demonstration-socket"),
    **rules("draft", MAKERS, "draft-socket"),
}

# What may be said over the room's socket (classes/messages.py).
ROOM: Mapping[str, Rule] = rules(
    "class",
    TEACHERS,
    "hand.lowered",
    "offers.made",
    "start.offered",
    "state.offered",
    "faults.thrown",
    "faults.ended",
    "clocks.set",
)

# What may be said over the console's socket, by the type of the message (console/messages/).
LOOKING = (
    "picture.wanted",
    "completion.wanted",
    "files.wanted",
    "file.wanted",
    "manifest.wanted",
    "kind.wanted",
    "registries.wanted",
    "history.wanted",
    "moment.wanted",
    "lives.wanted",
    "life.wanted",
    "comparison.wanted",
    "why.wanted",
    "focus.moved",
)
WORKING = (
    "terminal.opened",
    "terminal.resized",
    "terminal.closed",
    "line.typed",
    "keys.typed",
    "file.saved",
    "editor.closed",
    "hint.wanted",
    "clock.set",
    "clock.jumped",
    "branch.begun",
    "branch.chosen",
    "branch.named",
    "branch.removed",
    "command.undone",
    "moment.shared",
    "share.revoked",
    "question.answered",
    "step.skipped",
    "step.left",
    "step.begun-again",
    "prompt.awaited",
    "exam.ended",
    "hand.raised",
    "offer.closed",
    "shares.wanted",
    "keyboard.lent",
    "state.taken",
    "keyboard.kept",
    "demonstration.ended",
)
HELPING = ("fault.thrown", "faults.cleared", "offer.made", "keyboard.asked", "keyboard.returned")
MESSAGES: Mapping[str, Rule] = {
    **rules("sandbox", OWNER | TEACHERS, *LOOKING),
    **rules("sandbox", OWNER, *WORKING),
    **rules("sandbox", TEACHERS, *HELPING),
}

# What else may be said by whom the learner has lent the keyboard (sandboxes/keyboard.py).
BORROWING: Mapping[str, Rule] = rules("sandbox", TEACHERS, "line.typed", "keys.typed")

# What may be said over the socket of a demonstration: questions that the picture in front of everybody answers.
FOLLOWING: Mapping[str, Rule] = rules(
    "class", KNOWN, "picture.wanted", "files.wanted", "file.wanted", "kind.wanted", "registries.wanted"
)

# Which tasks somebody may have done, by their names.
TASKS: Mapping[str, Rule] = {
    **rules("sandbox", OWNER | TEACHERS, *(f"labsite.sandboxes.tasks.{name}" for name in ("act", "watch", "ask"))),
    **rules("sandbox", TEACHERS, "labsite.sandboxes.tasks.heed"),
    **rules(
        "sandbox", OWNER, "labsite.sandboxes.tasks.rest", "labsite.sandboxes.tasks.wake", "labsite.door.tasks.serve"
    ),
    **rules(
        "draft",
        MAKERS,
        *(f"labsite.authoring.tasks.{name}" for name in ("begin", "finish", "again", "split", "solve", "check")),
    ),
    **rules("class", MAKERS, "labsite.grades.tasks.reckon"),
    # The site's own housework, which nobody asks for over a socket.
    **rules("site", frozenset(), "labsite.hosting.forgetting.forget", "labsite.hosting.neighbours.pong"),
    **rules("site", frozenset(), "labsite.outside.carrier.carry", "labsite.analytics.folding.fold"),
}

# The API, with a token that only those can get who may do so here (door/tokens.py).
DOOR: Mapping[str, Rule] = {
    **rules("sandbox", OWNER | TEACHERS, "read"),
    **rules("sandbox", OWNER, "write"),
}
