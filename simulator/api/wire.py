"""Objects and lists as they go over the wire (apimachinery/pkg/runtime: what TypeMeta leaves out)."""

from typing import Any

from simulator.api.resources import by_kind

TYPE = ("kind", "apiVersion")


def arranged(body: Any) -> Any:
    """A body with its kind first, as the API server writes it. What stands in a list of a kind that is built in does not name it again;
    custom objects do."""
    if not isinstance(body, dict) or "kind" not in body:
        return body
    found = {"kind": body["kind"], "apiVersion": body.get("apiVersion")} | body
    item = str(body["kind"]).removesuffix("List")
    if "items" not in body or not item or by_kind(str(body.get("apiVersion")), item) is None:
        return found
    return found | {"items": [bare(each) for each in body["items"] or ()]}


def bare(item: dict[str, Any]) -> dict[str, Any]:
    """An object without its kind."""
    return {key: value for key, value in item.items() if key not in TYPE}
