"""Addresses of the calendar."""

from django.urls import path

from .views import accounts, calendar, feeds, free

app_name = "calendar"

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/free/", free.common, name="free"),
    path("calendar/absences/", free.absences, name="absences"),
    path("calendar/absences/add/", free.absence, name="absence-add"),
    path("calendar/absences/<int:pk>/", free.absence, name="absence"),
    path("calendar/absences/<int:pk>/remove/", free.remove, name="absence-remove"),
    path("calendar/absences/<int:pk>/hand/", free.hand, name="absence-hand"),
    path("calendar/connections/", feeds.connections, name="connections"),
    path("calendar/feeds/make/", feeds.make, name="feed-make"),
    path("calendar/feeds/<int:pk>/revoke/", feeds.revoke, name="feed-revoke"),
    path("calendar/accounts/add/", accounts.add, name="account-add"),
    path("calendar/accounts/<int:pk>/", accounts.account, name="account"),
    path("calendar/accounts/<int:pk>/password/", accounts.password, name="account-password"),
    path("calendar/accounts/<int:pk>/pause/", accounts.pause, name="account-pause"),
    path("calendar/accounts/<int:pk>/remove/", accounts.remove, name="account-remove"),
    path("calendar/gone/<int:pk>/", accounts.settle, name="settle"),
    path("calendar/feed/<str:word>.ics", feeds.feed, name="feed"),
]
