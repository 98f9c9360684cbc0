"""What a round has taken from agreements."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_rules_answers_second_rounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreedPlaces",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=11), size=None, verbose_name="terms"
                    ),
                ),
                ("records", models.JSONField()),
                ("sources", models.JSONField()),
                ("taken_at", models.DateTimeField(verbose_name="taken over at")),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreed_places",
                        to="applications.round",
                        verbose_name="placement round",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken over by",
                    ),
                ),
            ],
            options={"verbose_name": "places from agreements"},
        ),
    ]
