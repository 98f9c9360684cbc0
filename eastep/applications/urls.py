from django.urls import path, register_converter
from django.urls.converters import StringConverter

from eastep.applications import views


class ResultKind(StringConverter):
    regex = "xlsx|csv|json"


register_converter(ResultKind, "result_kind")

urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("open/", views.open_round, name="open_round"),
    path("<int:pk>/", views.round_, name="round"),
    path("<int:pk>/start/", views.start_round, name="start_round"),
    path("<int:pk>/replace/", views.replace_sheets, name="replace_sheets"),
    path("<int:pk>/discard/", views.discard_round, name="discard_round"),
    path("<int:pk>/problems.csv", views.problems, name="round_problems"),
    path("<int:pk>/applicants/", views.outcomes, name="outcomes"),
    path("<int:pk>/applicants/<int:position>/", views.outcome, name="outcome"),
    path("<int:pk>/result.<result_kind:kind>", views.download, name="round_result"),
]
