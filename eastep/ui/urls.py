from django.urls import path

from eastep.ui import views

urlpatterns = [path("", views.ui, name="ui"), path("progress/", views.ui_progress, name="ui_progress")]
