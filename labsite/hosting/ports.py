"""Who listens where."""

import socket


def taken(host: str, port: int) -> bool:
    """Whether nobody else could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def connected(host: str, port: int) -> socket.socket:
    """A connection to what listens there; raises OSError if nobody does."""
    return socket.create_connection((host, port), timeout=2)


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with connected(host, port):
            return True
    except OSError:
        return False
