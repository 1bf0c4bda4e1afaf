"""`--record`: the command line stands in an annotation of what it changes (models cli-runtime/pkg/genericclioptions/record_flags.go)."""

from typing import Any

from simulator.kubectl.flags import Parsed

ANNOTATION = "kubernetes.io/change-cause"
WARNING = "Flag --record has been deprecated, --record will be removed in the future\n"


def cause(path: str, parsed: Parsed) -> str:
    """The command line as it is recorded: the words, then the flags with their values."""
    return " ".join([path, *parsed.args, *(f"--{name}={text}" for name, text in parsed.order)])


def recorded(path: str, parsed: Parsed, body: Any, subresource: str) -> Any:
    """*body*, an object or a merge of one, with the annotation if the command line asks for it."""
    if not parsed.flags.get("record") or subresource or not isinstance(body, dict):
        return body
    metadata = body.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), ANNOTATION: cause(path, parsed)}
    return {**body, "metadata": {**metadata, "annotations": annotations}}
