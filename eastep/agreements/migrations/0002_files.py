"""Files that an office brings in about its agreements."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import eastep.core.text


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AgreementFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="file name")),
                ("content", models.BinaryField(verbose_name="content")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("unreadable", "Cannot be read"),
                            ("unclear", "Columns to confirm"),
                            ("checked", "Checked"),
                            ("taking", "Being taken over"),
                            ("taken", "Taken over"),
                            ("dropped", "Set aside"),
                        ],
                        default="reading",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("run", models.PositiveIntegerField(default=1)),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("proposal", models.JSONField(default=dict)),
                ("layout", models.JSONField(default=dict)),
                ("mends", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                (
                    "detected",
                    eastep.core.text.TrilingualField(
                        default=eastep.core.text.Text, verbose_name="how it was read"
                    ),
                ),
                ("errors", models.PositiveIntegerField(default=0, verbose_name="errors")),
                ("problems", models.JSONField(default=list, verbose_name="problems")),
                ("unknown_names", models.JSONField(default=list)),
                ("good", models.PositiveIntegerField(default=0, verbose_name="good rows")),
                ("records", models.BinaryField(default=bytes)),
                ("difference", models.JSONField(default=dict)),
                ("edition", models.PositiveIntegerField(default=0)),
                (
                    "remove_missing",
                    models.BooleanField(default=False, verbose_name="withdraw what is not in this file"),
                ),
                ("handed_in_at", models.DateTimeField(auto_now_add=True, verbose_name="handed in at")),
                ("moved_at", models.DateTimeField(auto_now_add=True, verbose_name="in this state since")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("agreements", "Agreements"), ("exchanges", "Past exchanges")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed in by",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreement_files",
                        to="institutions.institution",
                        verbose_name="institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["institution", "-handed_in_at", "-id"], name="agreement_files_newest_first"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", ""), ("state__in", ["checked", "taking", "taken"]), _negated=True
                        ),
                        name="a_checked_agreement_file_has_a_kind",
                    )
                ],
            },
        ),
    ]
