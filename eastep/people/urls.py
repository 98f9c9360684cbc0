from django.urls import path

from eastep.people import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("me/", views.myself, name="myself"),
]
