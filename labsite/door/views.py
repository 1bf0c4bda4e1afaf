"""The kubeconfig to download, and the button that makes all of them worthless."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from labsite.accounts.models import User
from labsite.door import kubeconfig, tokens
from labsite.sandboxes import keeping
from labsite.sandboxes.models import Sandbox


@require_POST
@never_cache
def download(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """A new token in a new kubeconfig."""
    return handed_out(request, mine(request, sandbox), "")


@require_POST
@never_cache
def download_to_look(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """The same for whoever teaches, with a token that only reads."""
    return handed_out(request, get_object_or_404(Sandbox, pk=sandbox), "-of-a-learner")


def handed_out(request: HttpRequest, row: Sandbox, more: str) -> HttpResponse:
    """A file with a new token for *row*, with *more* in its name."""
    token = tokens.issue(row, cast(User, request.user))
    text = kubeconfig.written(row, token, request.build_absolute_uri("/").rstrip("/"))
    name = f"podlab-{row.lesson or 'free-lab'}{more}.kubeconfig"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/yaml", headers=headers)


@require_POST
def revoke(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """All kubeconfigs of this sandbox that the learner has downloaded open nothing any more."""
    tokens.revoke_all(mine(request, sandbox), cast(User, request.user))
    return redirect("lab", sandbox)


@require_POST
def revoke_to_look(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """All kubeconfigs with which whoever teaches has looked at this sandbox open nothing any more."""
    tokens.revoke_all(get_object_or_404(Sandbox, pk=sandbox), cast(User, request.user))
    return redirect("look", sandbox)


def mine(request: HttpRequest, sandbox: UUID) -> Sandbox:
    """The learner's own sandbox; raises Http404 for anybody else's."""
    found = keeping.owned(cast(User, request.user), sandbox)
    if found is None:
        raise Http404("no such lab")
    return found
