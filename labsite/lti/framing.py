"""Who may put a page of ours into a frame: the platform that it is for; everybody else nobody."""

from django.http import HttpResponse

from labsite.lti.models import Platform


def framed(response: HttpResponse, platform: Platform) -> HttpResponse:
    """*response*, which the pages of *platform* may frame, and whose forms may lead back to it."""
    own = platform.origins()
    response.xframe_options_exempt = True  # its word is all or nothing; the policy's is exact
    response._csp_replace = {  # type: ignore[attr-defined]  # what the decorators of django-csp set
        "frame-ancestors": own,
        "form-action": ["'self'", *own],
    }
    return response
