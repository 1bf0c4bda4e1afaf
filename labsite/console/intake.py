"""What a browser says, as what is put into a cluster."""

from typing import Any

import msgspec

from labsite.console.messages.base import Input, Message
from labsite.console.messages.classroom import FaultsCleared, FaultThrown, KeyboardLent, StateTaken
from labsite.console.messages.files import EditorClosed, FileSaved
from labsite.console.messages.history import (
    BranchBegun,
    BranchChosen,
    BranchNamed,
    BranchRemoved,
    ClockJumped,
    ClockSet,
    CommandUndone,
)
from labsite.console.messages.looking import FocusMoved
from labsite.console.messages.school import (
    ExamEnded,
    HintWanted,
    QuestionAnswered,
    StepBegunAgain,
    StepLeft,
    StepSkipped,
)
from labsite.console.messages.terminals import (
    KeysTyped,
    LineTyped,
    PromptAwaited,
    TerminalClosed,
    TerminalOpened,
    TerminalResized,
)


def entry(message: Message) -> dict[str, Any] | None:
    """The entry of the input log for *message* (see simulator/lab.py); None if it is only a question.

    Files are those of the learner's home machine, whose name the sandbox knows.
    """
    match message:
        case TerminalOpened(terminal=terminal, host=host, columns=columns, rows=rows):
            return {"type": "terminal.open", "terminal": terminal, "host": host, "columns": columns, "rows": rows}
        case TerminalResized(terminal=terminal, columns=columns, rows=rows):
            return {"type": "terminal.resize", "terminal": terminal, "columns": columns, "rows": rows}
        case TerminalClosed(terminal=terminal):
            return {"type": "terminal.close", "terminal": terminal}
        case LineTyped(terminal=terminal, text=text):
            return {"type": "line", "terminal": terminal, "text": text.replace("\0", "")}
        case KeysTyped(terminal=terminal, data=data):
            return {"type": "keys", "terminal": terminal, "data": data.replace("\0", "")}
        case FileSaved(path=path, content=content, over=over):
            return {"type": "file.save", "path": path, "content": content, "over": over}
        case EditorClosed(path=path):
            return {"type": "editor.close", "path": path}
    return wish(message)


def wish(message: Message) -> dict[str, Any] | None:
    """The same for what changes the learner's page and not the cluster."""
    match message:
        case FocusMoved():
            return {**fields(message), "type": "focus"}
        case HintWanted(step=step):
            return {"type": "hint", "step": step}
        case StateTaken(offer=offer):
            return {"type": "prepared", "offer": offer}
        case KeyboardLent(keyboard=keyboard):
            return {"type": "lend", "keyboard": keyboard}
        case ClockSet(speed=speed, paused=paused):
            return {"type": "clock", "to": "", "speed": speed, "paused": paused}
        case ClockJumped():
            return {**fields(message), "type": "clock"}
        case BranchBegun() | BranchChosen() | BranchNamed() | BranchRemoved() | CommandUndone():
            return {**fields(message), "type": name(message)}
    return schoolwork(message)


def schoolwork(message: Message) -> dict[str, Any] | None:
    """The same for what is done with the lesson."""
    match message:
        case QuestionAnswered(question=question, answer=answer):
            return {"type": "answer", "question": question, "answer": answer}
        case StepSkipped(step=step):
            return {"type": "skip", "step": step}
        case StepLeft(step=step):
            return {"type": "leave", "step": step}
        case PromptAwaited(terminal=terminal):
            return {"type": "await", "terminal": terminal}
        case FaultThrown(fault=fault):
            return {"type": "fault.set", "fault": fault}
        case FaultsCleared():
            return {"type": "fault.clear"}
        case ExamEnded():
            return {"type": "end"}
        case StepBegunAgain(step=step):
            return {"type": "again", "step": step}
    return None


def fields(message: Message) -> dict[str, Any]:
    """All that a message says, without its own name."""
    said = msgspec.structs.asdict(message)
    return {key: value for key, value in said.items() if key != "id"}


def name(message: Message) -> str:
    """The `type` of a message."""
    return str(message.__struct_config__.tag)


def identity(message: Message) -> str:
    """The browser's own name for an input."""
    return message.id if isinstance(message, Input) else ""
