"""seq, basename, dirname: numbers in a row, names taken apart (coreutils)."""

from simulator.programs.lines import finish, pump, send
from simulator.programs.options import (
    Dialect,
    Options,
    Refused,
    grammar,
    is_busybox,
    parse,
    refuse,
    show_usage,
    too_few,
)  # fmt: skip
from simulator.runtime.syscalls import Step, Sys, Wait

SEQ = grammar("ws:f:", {"equal-width": "w", "separator=": "s"}, permute=False, usage="[-w] [-s SEP] [FIRST [INC]] LAST")


BASENAME = grammar("as:z", {"multiple": "a", "suffix=": "s"}, permute=False, usage="FILE [SUFFIX]")


SEQ_AT_ONCE = 2_000


def seq(sys: Sys, dialect: Dialect) -> Step:
    """Count from a first number to a last."""
    if not pump(sys):
        return Wait(writable=(1,))
    words = sys.argv[1:]
    # A negative number is not an option.
    split = next((place for place, word in enumerate(words) if word[:1] == "-" and word[1:2].isdecimal()), len(words))
    options = parse(sys, dialect, SEQ, words[:split])
    numbers = options.words + words[split:]
    if "f" in options:
        raise refuse(sys, "not simulated here: option -f")
    if not 1 <= len(numbers) <= 3:
        too_few(sys, dialect, SEQ, numbers, 1)
        raise (
            refuse(sys, f"extra operand '{numbers[3]}'\nTry 'seq --help' for more information.")
            if not is_busybox(dialect)
            else show_usage(sys, dialect, SEQ)
        )
    places = max(len(number.partition(".")[2]) for number in numbers)
    scaled = [_scaled(sys, dialect, number, places) for number in numbers]
    first, step, last = (
        (10**places, 10**places, *scaled)[-3:]
        if len(scaled) == 1
        else (scaled[0], 10**places, scaled[1])
        if len(scaled) == 2
        else scaled
    )
    if step == 0:
        raise refuse(
            sys,
            "increment is 0"
            if is_busybox(dialect)
            else f"invalid Zero increment value: '{numbers[1]}'\nTry 'seq --help' for more information.",
        )
    return _count(sys, options, first, step, last, places)


def _scaled(sys: Sys, dialect: Dialect, text: str, places: int) -> int:
    whole, _, fraction = text.partition(".")
    if not (whole.lstrip("+-") + fraction).isdecimal() or len(text) > 20:
        raise refuse(
            sys,
            f"invalid number '{text}'"
            if is_busybox(dialect)
            else f"invalid floating point argument: '{text}'\nTry 'seq --help' for more information.",
        )
    sign = -1 if whole.startswith("-") else 1
    return sign * (
        int(whole.lstrip("+-") or 0) * int(10**places) + int((fraction or "0").ljust(places, "0") if places else 0)
    )


def _count(sys: Sys, options: Options, first: int, step: int, last: int, places: int) -> Step:
    def shown(value: int) -> str:
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 10**places}" + (f".{abs(value) % 10**places:0{places}}" if places else "")

    separator = options.value("s", "\n")
    at: int = sys.state.setdefault("at", first)
    ends = range(at, last + (1 if step > 0 else -1), step)[:SEQ_AT_ONCE]
    width = max(len(shown(first)), len(shown(last))) if "w" in options else 0
    texts = [shown(value).zfill(width) for value in ends]
    over = len(ends) < SEQ_AT_ONCE or (ends[-1] + step > last if step > 0 else ends[-1] + step < last)
    glue = separator if at != first and texts else ""
    send(
        sys,
        (glue + separator.join(texts) + ("\n" if over and (texts or at != first) else "")).encode(
            "utf-8", "surrogateescape"
        ),
    )
    sys.charge(len(texts) // 10)
    if over:
        return finish(sys, 0)
    sys.state["at"] = ends[-1] + step
    return Wait(writable=(1,))


def basename(sys: Sys, dialect: Dialect) -> Step:
    """The last part of a path."""
    options = parse(sys, dialect, BASENAME)
    too_few(sys, dialect, BASENAME, options.words, 1)
    several = "a" in options or "s" in options
    suffix = options.value("s") if several else (options.words[1:2] or [""])[0]
    if not several and len(options.words) > 2:
        raise (
            show_usage(sys, dialect, BASENAME)
            if is_busybox(dialect)
            else Refused(f"basename: extra operand '{options.words[2]}'\nTry 'basename --help' for more information.\n")
        )
    for path in options.words if several else options.words[:1]:
        name = path.rstrip("/").rpartition("/")[2] or ("/" if path else "")
        sys.out((name.removesuffix(suffix) if name != suffix else name) + "\n")
    return 0


def dirname(sys: Sys, dialect: Dialect) -> Step:
    """All but the last part of a path."""
    rules = grammar("z", usage="FILENAME")
    words = parse(sys, dialect, rules).words
    too_few(sys, dialect, rules, words, 1)
    for path in words:
        above, slash, _ = path.rstrip("/").rpartition("/")
        sys.out((above.rstrip("/") or "/" if slash else "/" if path.startswith("/") else ".") + "\n")
    return 0
