from django.urls import path

from eastep.notices import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_notices, name="read_notices"),
    path("read-all/", views.read_all, name="read_all"),
    path("mail/", views.choose_mail, name="choose_mail"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/mail-again/", views.mail_again, name="mail_again"),
]
