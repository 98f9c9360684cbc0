from django.urls import path

from eastep.institutions import views

urlpatterns = [
    path("", views.institutions, name="institutions"),
    path("<str:key>/", views.institution, name="institution"),
]
