"""What becomes of a draft: its files to take away."""

import io
import zipfile
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from labsite.authoring import views
from lessons.drafting.desk import NAMELESS


@require_GET
def download(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The lesson's folder as a zip."""
    row = views.mine(request, draft)
    name, data = row.slug or NAMELESS, io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in sorted(row.files.items()):
            file.writestr(f"{name}/{path}", text)
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(data.getvalue(), content_type="application/zip", headers=headers)
