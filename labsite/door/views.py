"""The kubeconfig to download, and the button that makes all of them worthless."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
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
    row = mine(request, sandbox)
    token = tokens.issue(row, cast(User, request.user))
    text = kubeconfig.written(row, token, request.build_absolute_uri("/").rstrip("/"))
    name = f"podlab-{row.lesson or 'free-lab'}.kubeconfig"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/yaml", headers=headers)


@require_POST
def revoke(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """All kubeconfigs of this sandbox that the learner has downloaded open nothing any more."""
    tokens.revoke_all(mine(request, sandbox), cast(User, request.user))
    return redirect("lab", sandbox)


def mine(request: HttpRequest, sandbox: UUID) -> Sandbox:
    """The learner's own sandbox; raises Http404 for anybody else's."""
    found = keeping.owned(cast(User, request.user), sandbox)
    if found is None:
        raise Http404("no such lab")
    return found
