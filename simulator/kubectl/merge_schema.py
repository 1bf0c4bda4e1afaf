"""How the fields of a kind merge, out of the generated schema, for the patch that `apply` computes."""

from dataclasses import dataclass

from simulator.api import schema
from simulator.api.resources import Resource

# The source of the schema leaves out how fields of a definition merge if they are no lists.
RETAINING = (("apps.v1.DeploymentSpec", "strategy"),)


@dataclass(frozen=True)
class TypeSchema:
    """The fields of one definition of the schema."""

    definition: str

    def _field(self, name: str) -> schema.Field | None:
        return schema.fields_of(self.definition).get(name)

    def field(self, name: str) -> "TypeSchema | None":
        """The type of a field, or of the elements of a list or map."""
        field = self._field(name)
        while field is not None and field.kind in ("list", "map"):
            field = field.item
        return TypeSchema(field.ref) if field is not None and field.kind == "object" else None

    def merge_key(self, name: str) -> str | None:
        """The key by which elements are told apart; empty for plain values that merge; None if the list is replaced."""
        field = self._field(name)
        if field is None or field.kind != "list" or "merge" not in field.strategy:
            return None
        return field.key

    def retains_keys(self, name: str) -> bool:
        """Whether only the given keys of the field are kept."""
        field = self._field(name)
        return field is not None and ("retainKeys" in field.strategy or (self.definition, name) in RETAINING)


def schema_of(api_version: str, kind: str) -> TypeSchema | None:
    """The schema of a kind; None if it has none."""
    definition = schema.definition_of(api_version, kind)
    return TypeSchema(definition) if definition else None


def patch_kind(resource: Resource) -> str:
    """How objects of a resource are patched: of custom ones nobody knows how their lists merge."""
    return "strategic" if schema_of(resource.api_version, resource.kind) else "merge"
