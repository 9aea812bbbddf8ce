"""Addresses of the shared surface."""

from django.urls import path

from perezvon.web.live.views import live
from perezvon.web.views import home, preferences, search, styleguide

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("live/", live, name="live"),
    path("palette/", search.palette, name="palette"),
    path("counts/", search.counts, name="counts"),
    path("search/", search.search, name="search"),
    path("language/", preferences.language, name="language"),
    path("theme/", preferences.theme, name="theme"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
