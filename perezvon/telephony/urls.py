"""Addresses of this room: webhooks, calls, exchanges, lines."""

from django.urls import path

from .views import calls, exchanges, hooks, lines

urlpatterns = [
    path("hooks/<slug:slug>", hooks.receive, name="hook_bare"),
    path("hooks/<slug:slug>/", hooks.receive, name="hook_root"),
    path("hooks/<slug:slug>/<path:path>", hooks.receive, name="hook"),
    path("calls/", calls.calls, name="calls"),
    path("calls/live/", calls.live, name="live"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/of/<int:pk>/", calls.of_person, name="of_person"),
    path("exchanges/", exchanges.exchanges, name="exchanges"),
    path("exchanges/add/", exchanges.add, name="exchange_add"),
    path("exchanges/<int:pk>/", exchanges.exchange, name="exchange"),
    path("exchanges/<int:pk>/change/", exchanges.change, name="exchange_change"),
    path("exchanges/<int:pk>/replay/", exchanges.replay, name="replay"),
    path("exchanges/<int:pk>/queue/", exchanges.queue, name="queue"),
    path("exchanges/<int:pk>/extension/", exchanges.extension, name="extension"),
    path("exchanges/<int:pk>/forget/", exchanges.forget, name="forget"),
    path("lines/", lines.lines, name="lines"),
    path("lines/add/", lines.line, name="line_add"),
    path("lines/<int:pk>/", lines.line, name="line"),
]
