"""Every address of the website. Start here."""

from django.urls import include, path

from eastep.website import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("health/", views.health, name="health"),
    path("account/", include("allauth.urls")),
    path("people/", include("eastep.people.urls")),
    path("institutions/", include("eastep.institutions.urls")),
    path("rounds/", include("eastep.applications.urls")),
    path("ui/", include("eastep.ui.urls")),
]
