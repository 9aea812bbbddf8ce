"""Addresses of requests."""

from django.urls import path

from .views import calling, inbox, lost, settings, ticket, unsorted, verbs

app_name = "tickets"

urlpatterns = [
    path("tickets/", inbox.inbox, name="inbox"),
    path("tickets/lost/", lost.lost_calls, name="lost"),
    path("tickets/lost/<int:pk>/turn/", calling.take, name="call_back"),
    path("tickets/calling/", calling.screen, name="calling"),
    path("tickets/calling/turn/", calling.take, name="call_next"),
    path("tickets/calling/dial/", calling.dial, name="calling_dial"),
    path("tickets/calling/outcome/", calling.outcome, name="calling_outcome"),
    path("tickets/calling/return/", calling.giving_back, name="calling_return"),
    path("tickets/redial/", lost.policies, name="redial"),
    path("tickets/redial/add/", lost.policy, name="redial_add"),
    path("tickets/redial/<int:pk>/", lost.policy, name="redial_policy"),
    path("tickets/settings/", settings.settings, name="settings"),
    path("tickets/<int:pk>/", ticket.ticket, name="ticket"),
    path("tickets/<int:pk>/deal/", verbs.deal, name="deal"),
    path("tickets/<int:pk>/attach/", unsorted.attach, name="attach"),
    path("tickets/unsorted/<int:stage_id>/", unsorted.unsorted, name="unsorted"),
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
