"""A round of 2026.1 as it was before rounds held rows: its sheets become files to be read, its result is computed again."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def open_again(apps, schema_editor):
    apps.get_model("applications", "Round").objects.update(state="open")
    files = apps.get_model("applications", "RoundFile")
    for file in files.objects.defer("content").select_related("round"):
        files.objects.filter(pk=file.pk).update(
            handed_in_by=file.round.opened_by, handed_in_at=file.round.opened_at
        )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("institutions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name="Outcome"),
        migrations.RemoveConstraint(model_name="round", name="faulty_exactly_if_there_are_errors"),
        *[
            migrations.RemoveField(model_name="round", name=name)
            for name in ("run", "errors", "problems", "result", "moved_at")
        ],
        migrations.RemoveConstraint(model_name="roundsheet", name="one_sheet_of_a_kind_in_a_round"),
        migrations.RenameModel("RoundSheet", "RoundFile"),
        migrations.RenameField("roundfile", "rows", "good"),
        migrations.AddField(
            "roundfile",
            "handed_in_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="handed in by",
            ),
        ),
        migrations.AddField(
            "roundfile",
            "handed_in_at",
            models.DateTimeField(default=django.utils.timezone.now, verbose_name="handed in at"),
        ),
        migrations.RunPython(open_again, migrations.RunPython.noop),
    ]
