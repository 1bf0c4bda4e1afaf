"""The API server (kube-apiserver): what clients ask over the network, and what the components of the cluster call."""

from typing import Any

from simulator.api.errors import ApiError, BadRequest, InternalError
from simulator.api.requests import Request, Response
from simulator.apiserver import components, handlers, streams
from simulator.apiserver.admission import chain
from simulator.apiserver.registry.generic import Registry
from simulator.apiserver.registry.operations import Operations
from simulator.apiserver.watch import WatchEvent
from simulator.kernel.world import World

Obj = dict[str, Any]
# As the real one's panic filter (apiserver/pkg/server/filters/wrap.go), in our words.
PANIC = "not simulated here: the API server failed at this request ({}); nothing else is lost"


class APIServer(Operations, Registry):
    """One API server. Components call get, list, create, update, update_status, patch, delete, bind and evict, which raise
    ApiError; clients go through `handle`."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.virtual["componentstatuses"] = components.statuses

    def handle(self, request: Request) -> Response:
        """Answer a request; a refusal is a Response too."""
        try:
            return handlers.handle(self, request)
        except ApiError as error:
            return Response(error.code, error.status())
        except RecursionError:
            return Response(BadRequest.code, BadRequest("exceeded max depth").status())
        except Exception as error:
            if self.world.strict:
                raise
            self.world.mistake("kube-apiserver", f"{request.verb} {request.resource or request.path}", error)
            return Response(InternalError.code, InternalError(PANIC.format(type(error).__name__)).status())

    def enable_admission(self, names: list[str]) -> None:
        """Switch optional admission plugins on (`AlwaysPullImages`); raises ValueError for one that is not simulated."""
        chain.enable(self, names)

    def events_since(self, watch: Obj, revision: int) -> tuple[list[Obj], int]:
        """The events after *revision* for a watch (the `upgrade` of a Response, which says where to begin in `rv`).

        Returns events as {"type", "object"} and the revision to go on from; raises Expired."""
        return streams.events_since(self, watch, revision)

    def bookmark(self, watch: Obj, *, initial: bool = False) -> Obj:
        """An event that says how far a watch has come."""
        return streams.bookmark(self, watch, initial=initial)


__all__ = ["APIServer", "WatchEvent"]
