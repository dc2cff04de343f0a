"""Whether the portal is well, for whoever watches over the servers: it asks for no session and answers no page."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from congbhyt.installation import hot


@require_safe
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  # what Django calls every view with
    """Whether the database answers."""
    healthy = hot.answers()
    text = "Hoạt động bình thường" if healthy else "Không kết nối được cơ sở dữ liệu"
    return JsonResponse({"trangThai": text}, status=200 if healthy else 503, json_dumps_params={"ensure_ascii": False})
