"""What the address of a request says (see simulator/api/addresses.py for what it asks)."""

from urllib.parse import parse_qs

from simulator.lab import is_true, request_of

__all__ = ["Query", "flag", "query_of", "request_of"]

Query = dict[str, list[str]]
MOST_PARAMETERS = 200


def query_of(text: str) -> Query:
    """The parameters of a URL; raises ValueError if there are too many."""
    return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)


def flag(query: Query, name: str) -> bool:
    """Whether a parameter says true."""
    return is_true(query.get(name, ()))
