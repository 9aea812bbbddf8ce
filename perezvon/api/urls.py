"""Addresses for programs, and the pages about them."""

from django.urls import path, re_path

from .site import nothing, patterns
from .views import docs, webhooks

app_name = "api"
urlpatterns = [
    path("api/v1/openapi.json", docs.openapi, name="openapi"),
    path("api/v1/docs/", docs.docs, name="docs"),
    path("api/v1/docs/<slug:key>/", docs.noun, name="docs-noun"),
    *[path(f"api/v1/{one.pattern}", one.callback, name=one.name) for one in patterns()],
    re_path("^api/v1/.*$", nothing),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/add/", webhooks.add, name="webhook-add"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/edit/", webhooks.edit, name="webhook-edit"),
    path("webhooks/<int:pk>/test/", webhooks.test, name="webhook-test"),
    path("webhooks/<int:pk>/switch/", webhooks.switch, name="webhook-switch"),
    path("webhooks/<int:pk>/secret/", webhooks.renew, name="webhook-secret"),
    path("webhooks/<int:pk>/again/", webhooks.replay_period, name="webhook-again"),
    path("webhooks/<int:pk>/remove/", webhooks.remove, name="webhook-remove"),
    path("webhooks/deliveries/<int:pk>/", webhooks.delivery, name="delivery"),
    path("webhooks/deliveries/<int:pk>/again/", webhooks.replay, name="delivery-again"),
]
