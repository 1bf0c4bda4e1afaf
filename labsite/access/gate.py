"""The gate: the one place at which the table is asked. Pages pass it as middleware, sockets when they open and when they speak."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from labsite.access.roles import SCOPES, Role, Visitor, on_site
from labsite.access.table import PAGES, Rule

log = logging.getLogger(__name__)

NOBODY = Rule("site", frozenset())


def may(table: Mapping[str, Rule], name: str, role: Role) -> bool:
    """Whether somebody with *role*, in the scope of the rule, may do *name*."""
    return role in table.get(name, NOBODY).roles


def role_for(table: Mapping[str, Rule], name: str, visitor: Visitor, parts: Mapping[str, Any]) -> Role:
    """The visitor's role where *name* asks for it; *parts* are those of the address."""
    return SCOPES[table.get(name, NOBODY).scope](visitor, parts)


class Gate:
    """Middleware that lets a request through to its page, or refuses it.

    Strangers to the site are led to its front door; in a sandbox or class that is not theirs, people find nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], parts: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None: go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if may(PAGES, name, role_for(PAGES, name, request.user, parts)):
            return None
        if name not in PAGES:
            log.error("the page %r is not in the table of access", name)
        if on_site(request.user) == Role.STRANGER:
            return redirect_to_login(request.get_full_path())
        if PAGES.get(name, NOBODY).scope == "site":
            raise PermissionDenied
        raise Http404
