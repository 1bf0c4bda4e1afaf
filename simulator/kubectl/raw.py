"""`--raw`: an address of the API server, and what it says, as it is (models kubectl/pkg/rawhttp)."""

import msgspec

from simulator.api.requests import Response
from simulator.api.wire import arranged
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, UnixError

MOST_BYTES = 3 << 20
INDENTED = ("/version", "/version/")  # set out for people, whoever asks


def get(session: Session) -> Step:
    """Print what the address says."""
    return _told(session, session.raw("GET", _path(session)))


def send(session: Session, method: str) -> Step:
    """Send the one file of -f there with *method*, and print the answer."""
    filenames = session.flag("filename") or []
    if len(filenames) != 1:
        raise Failure("--raw can only use a single local file or stdin")
    if filenames[0].startswith(("http://", "https://")):
        raise Failure("--raw cannot read from a url")
    return _told(session, session.raw(method, _path(session), _content(session, filenames[0])))


def delete(session: Session) -> Step:
    """Delete what is there, and print the answer; a body may stand in a file."""
    if session.flag("filename"):
        return send(session, "DELETE")
    return _told(session, session.raw("DELETE", _path(session)))


def _path(session: Session) -> str:
    path = str(session.flag("raw"))
    if session.flag("output"):
        raise Failure("--raw and --output are mutually exclusive")
    if not path.startswith("/"):
        raise Failure(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')
    return path


def _content(session: Session, filename: str) -> bytes:
    if filename == "-":
        return session.stdin(MOST_BYTES)
    try:
        return session.sys.read_file(filename)
    except UnixError as error:
        raise Failure(f"open {filename}: {error.message.lower()}") from None


def _told(session: Session, response: Response) -> Step:
    if isinstance(response.body, str):
        session.out(response.body)
        return 0
    text = msgspec.json.encode(arranged(response.body))
    indented = _path(session).partition("?")[0] in INDENTED
    session.out(msgspec.json.format(text, indent=2).decode() if indented else f"{text.decode()}\n")
    return 0
