from django.urls import path

from .views import forms, intake, sources

app_name = "marketing"

urlpatterns = [
    path("f/<str:key>/", intake.intake, name="intake"),
    path("f/<str:key>/thanks/", intake.thanks, name="thanks"),
    path("sources/", sources.sources, name="sources"),
    path("sources/add/", sources.source_add, name="source-add"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/numbers/", sources.numbers, name="numbers"),
    path("sources/numbers/of/<int:pk>/", sources.of_line, name="of-line"),
    path("sources/numbers/removal/", sources.number_free, name="number-free"),
    path("sources/tags/", sources.rules, name="rules"),
    path("sources/tags/<int:pk>/removal/", sources.rule_remove, name="rule-remove"),
    path("sources/forms/", forms.forms, name="forms"),
    path("sources/forms/add/", forms.form_add, name="form-add"),
    path("sources/forms/<int:pk>/", forms.form, name="form"),
]
