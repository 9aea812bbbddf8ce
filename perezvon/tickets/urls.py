"""Addresses of requests."""

from django.urls import path

from .views import inbox, settings, ticket, verbs

app_name = "tickets"

urlpatterns = [
    path("tickets/", inbox.inbox, name="inbox"),
    path("tickets/settings/", settings.settings, name="settings"),
    path("tickets/<int:pk>/", ticket.ticket, name="ticket"),
    path("tickets/<int:pk>/deal/", verbs.deal, name="deal"),
    path("tickets/<int:pk>/out/", verbs.out, name="out"),
    path("tickets/<int:pk>/closing/", verbs.closing, name="closing"),
    path("tickets/<int:pk>/responsible/", verbs.responsible, name="responsible"),
    path("tickets/<int:pk>/mine/", verbs.take, name="take"),
    path("tickets/<int:pk>/tasks/", verbs.tasks, name="tasks"),
    path("tickets/<int:pk>/callback/", verbs.callback, name="callback"),
    path("tickets/<int:pk>/client/", verbs.client, name="client"),
    path("tickets/<int:pk>/checks/", verbs.checks, name="checks"),
    path("tickets/of-person/<int:pk>/", ticket.of_person, name="of-person"),
    path("tickets/of-deal/<int:pk>/", ticket.of_deal, name="of-deal"),
]
