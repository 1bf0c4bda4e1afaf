"""Objects as `-o` wants them (models cli-runtime/pkg/printers and genericclioptions/print_flags.go)."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from simulator.api import jsonpath, yamls
from simulator.api.go_text import go_syntax, go_text
from simulator.kubectl import columns, gotemplate, kyaml
from simulator.kubectl.failures import Failure
from simulator.kubectl.gotext.lexing import TemplateError
from simulator.kubectl.infos import Info
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import UnixError

NO_TEMPLATE = "template format specified but no template given"
Printer = Callable[[Any], str]
BASIC = (
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "yaml",
)
UNNAMED = "<unknown>"  # what cannot have a name
PLAIN = ("json", "kyaml", "name", "yaml")  # with no argument, and in any case
TABLES = ("custom-columns", "custom-columns-file", "wide")
# go's encoding/json writes these as escapes, so that the text can stand in HTML.
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def output(session: Session) -> tuple[str, str]:
    """The output format and its argument: `-o jsonpath={.a}` is ("jsonpath", "{.a}"); empty for the usual form."""
    text = str(session.flag("output") or "")
    name, equals, argument = text.partition("=")
    if not equals:
        name = name if name.lower() not in PLAIN else name.lower()
    elif name in (*PLAIN, "wide"):
        name = text
    template = str(session.flag("template") or "")
    if not text and template:
        return "go-template", template
    if (
        name in ("go-template", "template", "templatefile", "go-template-file", "jsonpath", "jsonpath-file")
        and not argument
    ):
        argument = template
    return name, argument


def printer(session: Session, *, tables: bool = False) -> Printer | None:
    """What prints an object in the format that was asked for; None for the usual form (and `wide`)."""
    name, argument = output(session)
    if name in ("", "wide") and (tables or not name):
        return None
    make = MAKERS.get(name)
    if make is None or (name in TABLES and not tables):
        allowed = ",".join(sorted((*BASIC, *TABLES) if tables else BASIC))
        raise Failure(
            f'unable to match a printer suitable for the output format "{session.flag("output")}", allowed formats are: {allowed}'
        )
    return make(session, argument)


def to_json(value: Any) -> str:
    """A value as `-o json` prints it."""
    return json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False).translate(ESCAPES) + "\n"


def compact_json(value: Any) -> str:
    """A value as Go writes JSON without blanks, as in annotations and messages."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def to_yaml(value: Any) -> str:
    """A value as `-o yaml` prints it."""
    return str(yamls.dump(value))


def name_of(obj: Obj) -> str:
    """An object as `-o name` prints it."""
    api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", "")).lower()
    if kind.endswith("list") and "items" in obj:
        return "".join(name_of(each) for each in obj["items"])
    group = api_version.rpartition("/")[0]
    name = (obj.get("metadata") or {}).get("name") or UNNAMED
    return f"{kind}.{group}/{name}\n" if group else f"{kind}/{name}\n"


def shown(session: Session, obj: Any) -> Any:
    """The object without what is not shown unless it is asked for."""
    if session.flag("show-managed-fields") or not isinstance(obj, dict):
        return obj
    if isinstance(obj.get("items"), list) and str(obj.get("kind", "")).endswith("List"):
        return {**obj, "items": [shown(session, each) for each in obj["items"]]}
    return unmanaged(obj)


def unmanaged(obj: Obj) -> Obj:
    """The object without its managed fields."""
    metadata = obj.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        return {**obj, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
    return obj


def _file(session: Session, path: str, what: str) -> str:
    try:
        return session.sys.read_file(path).decode(errors="replace")
    except UnixError as error:
        raise Failure(f"error reading {what} {path}, open {path}: {error.message.lower()}") from None


def _template_file(session: Session, path: str) -> str:
    if not path:
        raise Failure(NO_TEMPLATE)
    return _file(session, path, "--template")


def _by_path(template: str, show: Callable[[Any, Any], str]) -> Printer:
    """Print with *show* what the path that *template* says finds in an object."""
    if not template:
        raise Failure(NO_TEMPLATE)
    try:
        path = jsonpath.parse(template)
    except jsonpath.BadPath as error:
        raise Failure(f"error parsing jsonpath {template}, {error}") from None

    def printed(obj: Any) -> str:
        try:
            return show(path, obj)
        except jsonpath.PathError as error:
            raise Failure(_jsonpath_failure(template, str(error), obj)) from None

    return printed


def _jsonpath_as_json(session: Session, template: str) -> Printer:
    return _by_path(template, lambda path, obj: to_json(jsonpath.find(path, obj)))


def _jsonpath(session: Session, template: str) -> Printer:
    strict = session.given("allow-missing-template-keys") and not session.flag("allow-missing-template-keys")
    return _by_path(template, lambda path, obj: jsonpath.render(path, obj, strict=strict))


def _jsonpath_failure(template: str, error: str, obj: Any) -> str:
    return (
        f"error executing jsonpath {json.dumps(template, ensure_ascii=False)}: Error executing template: {error}. "
        f"Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n"
        f"\tobject given to jsonpath engine was:\n\t\t{go_syntax(obj)}\n\n\n"
    )


def _go_template(session: Session, template: str) -> Printer:
    if not template:
        raise Failure(NO_TEMPLATE)
    strict = session.given("allow-missing-template-keys") and not session.flag("allow-missing-template-keys")
    try:
        parsed = gotemplate.parse(template)
    except TemplateError as error:
        raise Failure(f"error parsing template {template}, {error.args[0]}") from None

    def show(obj: Any) -> str:
        try:
            return gotemplate.execute(parsed, obj, strict=strict)
        except TemplateError as error:
            text, printed = error.args
            session.out(printed + _template_failure(template, text, obj))
            raise Failure(f"error executing template {json.dumps(template, ensure_ascii=False)}: {text}") from None

    return show


def _template_failure(template: str, error: str, obj: Any) -> str:
    """What stands on standard output beside the error, for whoever looks for the mistake."""
    return (
        f"Error executing template: {error}. Printing more information for debugging the template:\n"
        f"\ttemplate was:\n\t\t{template}\n\traw data was:\n\t\t{compact_json(obj)}\n"
        f"\tobject given to template engine was:\n\t\t{go_text(obj)}\n\n"
    )


def _columns(session: Session, spec: str) -> Printer:
    parsed = columns.parse(spec)
    headers = not session.flag("no-headers")
    return lambda obj: columns.show(parsed, obj, headers=headers)


def _columns_file(session: Session, path: str) -> Printer:
    if not path:
        raise Failure("custom-columns format specified but no custom columns given")
    lines = _file(session, path, "template").splitlines()
    return _columns(session, columns.from_file(lines))


MAKERS: dict[str, Callable[[Session, str], Printer]] = {
    "json": lambda session, _: to_json,
    "yaml": lambda session, _: to_yaml,
    "kyaml": lambda session, _: kyaml.dump,
    "name": lambda session, _: name_of,
    "jsonpath": _jsonpath,
    "jsonpath-as-json": _jsonpath_as_json,
    "jsonpath-file": lambda session, path: _jsonpath(session, _template_file(session, path).strip()),
    "go-template": _go_template,
    "template": _go_template,
    "go-template-file": lambda session, path: _go_template(session, _template_file(session, path)),
    "templatefile": lambda session, path: _go_template(session, _template_file(session, path)),
    "custom-columns": _columns,
    "custom-columns-file": _columns_file,
}


def as_list(objects: Sequence[Obj]) -> Obj:
    """Several objects as one `List`."""
    return {"apiVersion": "v1", "items": list(objects), "kind": "List", "metadata": {"resourceVersion": ""}}


def report(session: Session, info: Info, done: str, suffix: str = "") -> None:
    """Tell what was done to an object: `pod/web created`, or the object itself if `-o` asks for it."""
    show = printer(session)
    if show is None:
        session.out(f"{info.title} {done}{suffix}\n")
        return
    text = show(shown(session, info.object))
    if output(session)[0] == "yaml" and session.state.get("printed"):
        text = f"---\n{text}"
    session.state["printed"] = True
    session.out(text)
