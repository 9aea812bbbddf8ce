"""Addresses for programs."""

from django.urls import path, re_path

from .site import nothing, patterns
from .views import docs

app_name = "api"
urlpatterns = [
    path("api/v1/openapi.json", docs.openapi, name="openapi"),
    path("api/v1/docs/", docs.docs, name="docs"),
    path("api/v1/docs/<slug:key>/", docs.noun, name="docs-noun"),
    *[path(f"api/v1/{one.pattern}", one.callback, name=one.name) for one in patterns()],
    re_path("^api/v1/.*$", nothing),
]
