"""Rules for names, labels and keys, each a function that lists what is wrong (apimachinery/pkg/util/validation)."""

import re
from collections.abc import Callable
from functools import lru_cache

import re2

Problems = tuple[str, ...]
LONGEST_KEY = 253 + 1 + 63  # of a label; what is longer is wrong, and not worth remembering

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_SEARCH_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SEARCH = rf"{_SEARCH_LABEL}(\.{_SEARCH_LABEL})*"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_ENV_VAR = "[-._a-zA-Z][-._a-zA-Z0-9]*"
_PERCENT = "[0-9]+%"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_SYSCTL = r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"


def _pattern_error(words: str, pattern: str, *examples: str) -> str:
    shown = ",  or ".join(f"'{example}'" for example in examples)
    return f"{words} (e.g. {shown}, regex used for validation is '{pattern}')"


SUBDOMAIN_ERROR = _pattern_error(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
SEARCH_ERROR = _pattern_error(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start "
    "and end with an alphanumeric character",
    _SEARCH,
    "example.com",
)
LABEL_ERROR = _pattern_error(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
QUALIFIED_ERROR = _pattern_error(
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character",
    _QUALIFIED,
    "MyName",
    "my.name",
    "123-abc",
)
LABEL_VALUE_ERROR = _pattern_error(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character",
    f"({_QUALIFIED})?",
    "MyValue",
    "my_value",
    "12345",
)
CONFIG_KEY_ERROR = _pattern_error(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    _CONFIG_KEY,
    "key.name",
    "KEY_NAME",
    "key-name",
)
ENV_VAR_ERROR = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start "
    f"with a digit (e.g. 'my.env-name', or 'MY_ENV.NAME', or 'MyEnvName1', regex used for validation is '{_ENV_VAR}')"
)
PERCENT_ERROR = _pattern_error(
    "a valid percent string must be a numeric string followed by an ending '%'",
    _PERCENT,
    "1%",
    "93%",
)
WILDCARD_ERROR = _pattern_error(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower "
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    _WILDCARD,
    "*.example.com",
)
SYSCTL_PATTERN = f"^{_SYSCTL}$"


@lru_cache(maxsize=64)
def _full(pattern: str) -> Callable[[str], object]:
    """Python's engine is eight times as quick as the linear one, which long texts still need."""
    short, long = re.compile(pattern), re2.compile(pattern)
    return lambda text: (short if len(text) <= LONGEST_KEY else long).fullmatch(text)


def too_long(limit: int) -> str:
    """What is said of a text with more than *limit* characters."""
    return f"must be no more than {limit} characters"


def _check(text: str, pattern: str, error: str, limit: int) -> Problems:
    if len(text) <= limit:
        return () if _fits(text, pattern) else (error,)
    return (too_long(limit),) if _full(pattern)(text) else (too_long(limit), error)


@lru_cache(maxsize=8192)
def _fits(text: str, pattern: str) -> bool:
    return _full(pattern)(text) is not None


def subdomain(text: str) -> Problems:
    """RFC 1123 subdomain: Pods and most other objects."""
    return _check(text, _SUBDOMAIN, SUBDOMAIN_ERROR, 253)


def search_domain(text: str) -> Problems:
    """A search path of DNS, which may have underscores (since v1.34)."""
    return _check(text, _SEARCH, SEARCH_ERROR, 253)


def label(text: str) -> Problems:
    """RFC 1123 label: containers, namespaces, Services."""
    problems = _check(text, _LABEL, LABEL_ERROR, 63)
    # What is a subdomain and no label can only have dots.
    dotted = LABEL_ERROR in problems and not subdomain(text)
    return tuple("must not contain dots" if dotted and each == LABEL_ERROR else each for each in problems)


def wildcard_subdomain(text: str) -> Problems:
    """A host of an Ingress that begins with `*.`."""
    return _check(text, _WILDCARD, WILDCARD_ERROR, 253)


def label_value(text: str) -> Problems:
    """The value of a label."""
    return _check(text, f"({_QUALIFIED})?", LABEL_VALUE_ERROR, 63)


def qualified_name(text: str) -> Problems:
    """The key of a label or annotation: `name` or `prefix/name`."""
    return _qualified_name(text) if len(text) <= LONGEST_KEY else _qualified_name.__wrapped__(text)


@lru_cache(maxsize=4096)
def _qualified_name(text: str) -> Problems:
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return (
            QUALIFIED_ERROR.replace("name part", "a qualified name", 1)
            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        )
    problems: list[str] = []
    if slash and not prefix:
        problems.append("prefix part must be non-empty")
    elif slash:
        problems += [f"prefix part {problem}" for problem in subdomain(prefix)]
    if not name:
        problems.append("name part must be non-empty")
    elif len(name) > 63:
        problems.append(f"name part {too_long(63)}")
    if not _full(_QUALIFIED)(name):
        problems.append(QUALIFIED_ERROR)
    return tuple(problems)


def config_key(text: str) -> Problems:
    """A key of a ConfigMap or Secret."""
    problems = [too_long(253)] if len(text) > 253 else []
    if not _full(_CONFIG_KEY)(text):
        problems.append(CONFIG_KEY_ERROR)
    return (*problems, *_upward(text))


def _upward(text: str) -> Problems:
    """What is said of a name that would lead out of a directory (hasChDirPrefix)."""
    if text in (".", ".."):
        return (f"must not be '{text}'",)
    return ("must not start with '..'",) if text.startswith("..") else ()


def port_name(text: str) -> Problems:
    """The name of a container's port (an IANA service name)."""
    problems = [too_long(15)] if len(text) > 15 else []
    if not _full("[-a-z0-9]+")(text):
        problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= char <= "z" for char in text):
        problems.append("must contain at least one letter (a-z)")
    if "--" in text:
        problems.append("must not contain consecutive hyphens")
    if text[:1] == "-" or text[-1:] == "-":
        problems.append("must not begin or end with a hyphen")
    return tuple(problems)


def env_var(text: str) -> Problems:
    """The name of an environment variable for the API server, which is relaxed since v1.34."""
    if text and all(" " <= char <= "~" and char != "=" for char in text):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


def plain_env_var(text: str) -> Problems:
    """The name of an environment variable for kubectl, which is not (IsEnvVarName)."""
    return (*(() if _full(_ENV_VAR)(text) else (ENV_VAR_ERROR,)), *_upward(text))


def percent(text: str) -> Problems:
    """A share such as `25%`."""
    return () if _full(_PERCENT)(text) else (PERCENT_ERROR,)


def sysctl(text: str) -> bool:
    """Whether the name of a sysctl is well-formed."""
    return len(text) <= 253 and _full(_SYSCTL)(text) is not None


def ip_address(text: str) -> bool:
    """Whether the text is an IPv4 address without leading zeros, or an IPv6 address."""
    return ipv4(text) if ":" not in text else _ipv6(text)


def ipv4(text: str) -> bool:
    """Whether the text is an IPv4 address."""
    parts = text.split(".")
    return (
        len(parts) == 4
        and all(
            part.isascii() and part.isdigit() and str(int(part)) == part and int(part) < 256
            for part in parts
            if len(part) < 4
        )
        and all(0 < len(part) < 4 for part in parts)
    )


def _ipv6(text: str) -> bool:
    if text.count("::") > 1 or len(text) > 45 or ":::" in text:
        return False
    groups = [group for group in text.split(":") if group]
    tail = 1 if groups and "." in groups[-1] else 0
    if tail and not ipv4(groups.pop()):
        return False
    digits = all(0 < len(group) < 5 and all(c in "0123456789abcdefABCDEF" for c in group) for group in groups)
    width = len(groups) + 2 * tail
    return digits and (width < 8 if "::" in text else width == 8 and text[0] != ":" and text[-1] != ":")
