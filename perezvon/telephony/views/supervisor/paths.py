"""Addresses of the supervisor's pages."""

from django.urls import path

from . import agents, alerts, board, calls

urlpatterns = [
    path("wallboard/", board.wallboard, name="wallboard"),
    path("wallboard/tv/", board.tv, name="wallboard_tv"),
    path("wallboard/agents/<int:pk>/", agents.agent, name="agent"),
    path("wallboard/agents/<int:pk>/state/", agents.state, name="agent_state"),
    path("wallboard/agents/<int:pk>/queue/", agents.queue, name="agent_queue"),
    path("wallboard/calls/<int:pk>/", calls.waiting_client, name="waiting_client"),
    path("wallboard/calls/<int:pk>/stepping-in/", calls.step_in, name="step_in"),
    path("wallboard/history/", agents.history, name="supervisions"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/rules/", alerts.rules, name="alert_rules"),
    path("alerts/rules/add/<slug:kind>/", alerts.rule_add, name="alert_rule_add"),
    path("alerts/rules/<int:pk>/", alerts.rule, name="alert_rule"),
    path("alerts/rules/<int:pk>/removal/", alerts.rule_remove, name="alert_rule_remove"),
]
