"""The roles that a person can have: at an institution, or in the programme itself."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    STUDENT = "student", pgettext_lazy("role", "Student")
    OFFICE = "office", pgettext_lazy("role", "International office")
    COORDINATOR = "coordinator", pgettext_lazy("role", "Departmental coordinator")
    PROGRAMME = "programme", pgettext_lazy("role", "Programme administrator")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
