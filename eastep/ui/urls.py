from django.urls import path

from eastep.ui import views

urlpatterns = [
    path("", views.ui, name="ui"),
    path("progress/", views.ui_progress, name="ui_progress"),
    path("list/", views.ui_list, name="ui_list"),
    path("list/chosen/", views.ui_chosen, name="ui_chosen"),
    path("letters/", views.ui_letters, name="ui_letters"),
]
