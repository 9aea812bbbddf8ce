from django.urls import path

from .views import calendars, departments, ledger, notice_ways, notices, people, presence, profile, roles

app_name = "staff"

urlpatterns = [
    path("staff/", people.people, name="people"),
    path("staff/add/", people.person_add, name="person-add"),
    path("staff/<int:pk>/", people.person, name="person"),
    path("staff/<int:pk>/leaving/", people.leaving, name="leaving"),
    path("staff/<int:pk>/returning/", people.returning, name="returning"),
    path("staff/<int:pk>/password/", people.password, name="password"),
    path("staff/departments/", departments.departments, name="departments"),
    path("staff/departments/add/", departments.department_add, name="department-add"),
    path("staff/departments/<int:pk>/", departments.department, name="department"),
    path("staff/roles/", roles.roles, name="roles"),
    path("staff/roles/<slug:key>/", roles.role, name="role"),
    path("staff/calendars/", calendars.calendars, name="calendars"),
    path("staff/calendars/add/", calendars.calendar_add, name="calendar-add"),
    path("staff/calendars/<int:pk>/", calendars.calendar, name="calendar"),
    path("staff/calendars/<int:pk>/days/", calendars.day, name="calendar-day"),
    path("staff/calendars/<int:pk>/days/<int:day_pk>/removal/", calendars.day_remove, name="calendar-day-remove"),
    path("staff/ledger/", ledger.ledger, name="ledger"),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/removal/", profile.token_remove, name="token-remove"),
    path("profile/notices/", notice_ways.ways, name="notice-ways"),
    path("profile/notices/mute/", notice_ways.mute, name="notice-mute"),
    path("profile/notices/test/", notice_ways.test, name="notice-test"),
    path("profile/notices/devices/", notice_ways.devices, name="push-devices"),
    path("profile/notices/devices/<int:pk>/removal/", notice_ways.device_remove, name="push-device-remove"),
    path("push-worker.js", notice_ways.worker, name="push-worker"),
    path("notices/", notices.notices, name="notices"),
    path("notices/menu/", notices.menu, name="notices-menu"),
    path("notices/fresh/", notices.fresh, name="notices-fresh"),
    path("notices/seen/", notices.seen, name="notices-seen"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("presence/", presence.presence, name="presence"),
    path("staff/reasons/", presence.reasons, name="reasons"),
    path("staff/reasons/add/", presence.reason, name="reason-add"),
    path("staff/reasons/<int:pk>/", presence.reason, name="reason"),
]
