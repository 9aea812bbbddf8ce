"""The inbox of requests: counted queues to be emptied, views, conditions, many at once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from perezvon.lists.page import list_page
from perezvon.staff import access as rights

from ..listings import TICKETS


@require_safe
@rights.required("ticket", "view")
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of requests; ``?show=`` is the queue."""
    return list_page(request, TICKETS)
