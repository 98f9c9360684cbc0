"""A table of the tests' own: with ties, NULLs and an index, as lists have them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Thing(models.Model):
    name = models.CharField(max_length=50, db_collation="C")
    score = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    seen_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True)

    objects: ClassVar[models.Manager[Thing]] = models.Manager()

    class Meta:
        app_label = "ui_tests"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name", "id"], name="thing_by_name"),
            models.Index(fields=["score", "id"], name="thing_by_score"),
        ]

    def __str__(self) -> str:
        return self.name
