"""Addresses of analytics."""

from django.urls import path

from .views import export, funnel, rows

urlpatterns = [
    path("funnel/", funnel.funnel, name="funnel"),
    path("funnel/by/", funnel.lines, name="funnel-by"),
    path("funnel/rows/", rows.rows, name="funnel-rows"),
    path("funnel/export/<str:form>/", export.export, name="funnel-export"),
    path("funnel/glance/", funnel.glance, name="funnel-glance"),
]
