"""In what an agreement counts, which years are closed, and for which side a line was posted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_list")]

    operations = [
        migrations.AddField(
            "agreement",
            "unit",
            models.CharField(
                choices=[("stay", "Stays, whatever their length"), ("term", "Terms: a year counts two")],
                default="stay",
                max_length=4,
            ),
        ),
        migrations.AddField(
            "agreement",
            "closed_until",
            models.PositiveSmallIntegerField(null=True, verbose_name="years closed until"),
        ),
        migrations.AddField(
            "ledgerline",
            "party",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.party",
                verbose_name="posted for",
            ),
        ),
    ]
