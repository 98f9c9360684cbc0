from django.urls import path

from eastep.people import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("me/", views.myself, name="myself"),
    path("views/", views.save_view, name="save_view"),
    path("views/<int:pk>/forget/", views.forget_view, name="forget_view"),
]
