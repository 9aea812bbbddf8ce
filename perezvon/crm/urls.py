"""Addresses of clients, deals and tasks."""

from django.urls import path

from .views import board, companies, day, deals, imports, moves, people, segments, tasks

app_name = "crm"

urlpatterns = [
    path("day/", day.day, name="day"),
    path("board/", board.board, name="board"),
    path("board/<int:stage_id>/", board.column, name="column"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/known/", people.known, name="known"),
    path("people/by-phone/", people.by_phone, name="by_phone"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person-edit"),
    path("people/<int:pk>/notes/", people.note, name="person-note"),
    path("people/<int:pk>/contacts/", people.contact, name="person-contact"),
    path("people/<int:pk>/timeline/", people.person_timeline, name="person-timeline"),
    path("contacts/<int:pk>/remove/", companies.remove_contact, name="contact-remove"),
    path("companies/", companies.companies, name="companies"),
    path("companies/add/", companies.add, name="company-add"),
    path("companies/<int:pk>/", companies.company, name="company"),
    path("companies/<int:pk>/edit/", companies.edit, name="company-edit"),
    path("companies/<int:pk>/notes/", companies.note, name="company-note"),
    path("companies/<int:pk>/contacts/", companies.contact, name="company-contact"),
    path("companies/<int:pk>/timeline/", companies.company_timeline, name="company-timeline"),
    path("segments/", segments.segments, name="segments"),
    path("segments/rules/", segments.rules, name="segment-rules"),
    path("segments/recount/", segments.recount, name="segments-recount"),
    path("people/<int:pk>/rhythm/", segments.rhythm, name="person-rhythm"),
    path("imports/", imports.imports_list, name="imports"),
    path("imports/<int:pk>/", imports.one_import, name="import"),
    path("imports/<int:pk>/start/", imports.verb, {"what": "start"}, name="import-start"),
    path("imports/<int:pk>/pause/", imports.verb, {"what": "pause"}, name="import-pause"),
    path("imports/<int:pk>/undo/", imports.verb, {"what": "undo"}, name="import-undo"),
    path("imports/<int:pk>/rows/<int:line>/", imports.row, name="import-row"),
    path("imports/<int:pk>/results.csv", imports.results, name="import-results"),
    path("deals/", deals.deals, name="deals"),
    path("deals/add/", deals.add, name="deal-add"),
    path("deals/<int:pk>/", deals.deal, name="deal"),
    path("deals/<int:pk>/edit/", deals.edit, name="deal-edit"),
    path("deals/<int:pk>/stage/", moves.stage, name="deal-stage"),
    path("deals/<int:pk>/outcome/", moves.outcome, name="deal-outcome"),
    path("deals/<int:pk>/notes/", deals.note, name="deal-note"),
    path("deals/<int:pk>/timeline/", deals.deal_timeline, name="deal-timeline"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/add/", tasks.add, name="task-add"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/done/", tasks.complete, name="task-done"),
    path("tasks/<int:pk>/deadline/", tasks.move, name="task-move"),
]
