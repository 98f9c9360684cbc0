"""Every address of the website. Start here."""

from allauth.account import urls as account
from django.urls import include, path

from eastep.website import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("health/", views.health, name="health"),
    path("account/", include([one for one in account.urlpatterns if one.name != "account_email"])),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("people/", include("eastep.people.urls")),
    path("notices/", include("eastep.notices.urls")),
    path("institutions/", include("eastep.institutions.urls")),
    path("agreements/", include("eastep.agreements.urls")),
    path("rounds/", include("eastep.applications.urls")),
    path("ui/", include("eastep.ui.urls")),
]
