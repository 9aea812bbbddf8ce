"""Addresses of this room: webhooks, calls, exchanges; those of our own exchange are beside its screens."""

from django.urls import path

from .views import balances, calls, exchanges, hooks, quality, recordings, sound_verbs, storage
from .views.pbx.paths import urlpatterns as pbx

urlpatterns = [
    path("hooks/<slug:slug>", hooks.receive, name="hook_bare"),
    path("hooks/<slug:slug>/", hooks.receive, name="hook_root"),
    path("hooks/<slug:slug>/<path:path>", hooks.receive, name="hook"),
    path("calls/", calls.calls, name="calls"),
    path("calls/live/", calls.live, name="live"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/of/<int:pk>/", calls.of_person, name="of_person"),
    path("calls/of-deal/<int:pk>/", calls.of_deal, name="of_deal"),
    path("calls/<int:pk>/talk/", recordings.talk, name="talk"),
    path("calls/<int:pk>/score/", quality.score, name="score"),
    path("recordings/", storage.storage, name="recordings"),
    path("recordings/<int:pk>/sound", recordings.sound, name="sound"),
    path("recordings/<int:pk>/file", recordings.file, name="recording_file"),
    path("recordings/<int:pk>/heard/", recordings.heard, name="heard"),
    path("recordings/<int:pk>/remarks/", sound_verbs.remarks, name="remarks"),
    path("recordings/remarks/<int:pk>/removal/", sound_verbs.remark_removal, name="remark_removal"),
    path("recordings/<int:pk>/deletion/", sound_verbs.deletion, name="recording_deletion"),
    path("recordings/<int:pk>/hold/", sound_verbs.holding, name="recording_hold"),
    path("recordings/<int:pk>/again/", sound_verbs.again, name="recording_again"),
    path("quality/", quality.criteria, name="criteria"),
    path("quality/add/", quality.criterion, name="criterion_add"),
    path("quality/<int:pk>/", quality.criterion, name="criterion"),
    path("exchanges/", exchanges.exchanges, name="exchanges"),
    path("exchanges/add/", exchanges.add, name="exchange_add"),
    path("exchanges/<int:pk>/", exchanges.exchange, name="exchange"),
    path("exchanges/<int:pk>/change/", exchanges.change, name="exchange_change"),
    path("exchanges/<int:pk>/address/", balances.address, name="exchange_address"),
    path("exchanges/<int:pk>/roster/", balances.roster, name="roster"),
    path("exchanges/<int:pk>/balances/", balances.balance_add, name="balance_add"),
    path("exchanges/<int:pk>/balances/<int:balance_pk>/", balances.balance, name="balance"),
    path("exchanges/<int:pk>/replay/", exchanges.replay, name="replay"),
    path("exchanges/<int:pk>/queue/", exchanges.queue, name="queue"),
    path("exchanges/<int:pk>/extension/", exchanges.extension, name="extension"),
    path("exchanges/<int:pk>/forget/", exchanges.forget, name="forget"),
    *pbx,
]
