"""What the list shows of each side without reading any version."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_calendar")]

    operations = [
        migrations.AddField("agreement", "tolerance", models.PositiveIntegerField(default=0)),
        migrations.AddField("party", "work_state", models.CharField(blank=True, max_length=10)),
        migrations.AddField(
            "party",
            "waits_for",
            models.CharField(
                blank=True,
                choices=[
                    ("", "Waiting for nobody"),
                    ("us", "Waiting for us"),
                    ("partner", "Waiting for the partner"),
                    ("both", "Waiting for both"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddField(
            "party", "places_out", models.PositiveIntegerField(null=True, verbose_name="places out a year")
        ),
        migrations.AddField(
            "party", "places_in", models.PositiveIntegerField(null=True, verbose_name="places in a year")
        ),
        migrations.AddIndex(
            "agreement",
            models.Index(
                condition=Q(is_agreed=False), fields=["open_state", "id"], name="agreements_in_work"
            ),
        ),
        migrations.AddIndex(
            "party",
            models.Index(condition=Q(position=1), fields=["balance", "id"], name="first_sides_by_balance"),
        ),
    ]
