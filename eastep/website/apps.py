from django.apps import AppConfig
from django.db.models import fields
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class Website(AppConfig):
    name = "eastep.website"

    def ready(self) -> None:
        fields.BLANK_CHOICE_LABEL = _("Please choose")  # Django's own is in English only
        autodiscover_modules("rules", "events", "reactions", "subjects")
