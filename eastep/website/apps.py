from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Website(AppConfig):
    name = "eastep.website"

    def ready(self) -> None:
        autodiscover_modules("rules", "events", "reactions", "subjects")
