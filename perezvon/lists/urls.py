"""Addresses that every list shares."""

from django.urls import path

from .views import bulk, exports, filters, inline, saved, selections

app_name = "lists"

urlpatterns = [
    path("lists/jobs/", bulk.log, name="bulks"),
    path("lists/jobs/<int:pk>/", bulk.bulk, name="bulk"),
    path("lists/jobs/<int:pk>/undo/", bulk.undo, name="undo"),
    path("lists/exports/", exports.log, name="exports"),
    path("lists/selections/", selections.selections, name="selections"),
    path("lists/selections/<int:pk>/remove/", selections.remove, name="selection-remove"),
    path("lists/views/<int:pk>/", saved.change, name="view"),
    path("lists/views/<int:pk>/keep/", saved.keep, name="view-keep"),
    path("lists/views/<int:pk>/remove/", saved.remove, name="view-remove"),
    path("lists/views/<int:pk>/pin/", saved.pin, name="view-pin"),
    path("lists/<slug:key>/filter/", filters.builder, name="filter"),
    path("lists/<slug:key>/views/", saved.add, name="view-add"),
    path("lists/<slug:key>/do/", bulk.choose, name="do"),
    path("lists/<slug:key>/export/", exports.export, name="export"),
    path("lists/<slug:key>/<int:pk>/<slug:name>/", inline.field, name="field"),
]
