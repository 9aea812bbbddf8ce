"""Addresses of the screens of our own exchange."""

from django.urls import path

from . import blocking, lines, menus, overview, prompts, queues, telephones, trunks

urlpatterns = [
    path("lines/", lines.lines, name="lines"),
    path("lines/add/", lines.line, name="line_add"),
    path("lines/<int:pk>/", lines.line, name="line"),
    path("pbx/", overview.overview, name="pbx"),
    path("pbx/add/", overview.make, name="pbx_make"),
    path("pbx/trunks/", trunks.trunks, name="trunks"),
    path("pbx/trunks/add/", trunks.trunk_add, name="trunk_add"),
    path("pbx/trunks/<int:pk>/", trunks.trunk, name="trunk"),
    path("pbx/trunks/<int:pk>/state/", trunks.trunk_state, name="trunk_state"),
    path("pbx/trunks/<int:pk>/removal/", trunks.trunk_remove, name="trunk_remove"),
    path("pbx/menus/", menus.menus, name="menus"),
    path("pbx/menus/add/", menus.menu_add, name="menu_add"),
    path("pbx/menus/<int:pk>/", menus.menu, name="menu"),
    path("pbx/menus/<int:pk>/removal/", menus.menu_remove, name="menu_remove"),
    path("pbx/queues/", queues.queues, name="pbx_queues"),
    path("pbx/queues/add/", queues.queue_add, name="pbx_queue_add"),
    path("pbx/queues/<int:pk>/", queues.queue, name="pbx_queue"),
    path("pbx/queues/<int:pk>/removal/", queues.queue_remove, name="pbx_queue_remove"),
    path("pbx/sounds/", prompts.prompts, name="prompts"),
    path("pbx/sounds/add/", prompts.prompt_add, name="prompt_add"),
    path("pbx/sounds/<int:pk>/", prompts.prompt, name="prompt"),
    path("pbx/sounds/<int:pk>/sound.wav", prompts.sound, name="prompt_sound"),
    path("pbx/sounds/<int:pk>/removal/", prompts.prompt_remove, name="prompt_remove"),
    path("pbx/telephones/", telephones.telephones, name="telephones"),
    path("pbx/telephones/add/", telephones.extension_give, name="extension_give"),
    path("pbx/telephones/<int:pk>/removal/", telephones.extension_take, name="extension_take"),
    path("pbx/telephones/<int:pk>/device/", telephones.device_add, name="device_add"),
    path("pbx/devices/<int:pk>/password/", telephones.device_renew, name="device_renew"),
    path("pbx/devices/<int:pk>/removal/", telephones.device_revoke, name="device_revoke"),
    path("pbx/blocked/", blocking.blocked, name="blocked"),
    path("pbx/blocked/add/", blocking.block_add, name="block_add"),
    path("pbx/blocked/<int:pk>/removal/", blocking.block_remove, name="block_remove"),
    path("calls/<int:pk>/block/", blocking.block_caller, name="block_caller"),
]
