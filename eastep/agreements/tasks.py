"""The background jobs of agreements. Each may run twice."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from eastep.agreements import actions
from eastep.agreements.actions import bringing
from eastep.agreements.models import AgreementFile
from eastep.people.actions import system_user
from eastep.people.models import User

RETRY = RetryStrategy(max_attempts=3, wait=5)


@app.periodic(cron="15 21 * * *")  # UTC: a quarter past six in the morning of both countries
@app.task(name="agreements.remind_of_ends", queueing_lock="agreements.remind_of_ends")
def remind_of_ends(timestamp: int) -> None:
    """Remind both sides of the ends that come near. A day without a worker is made up for by the next."""
    actions.remind_of_ends(by=system_user(), today=timezone.localdate())


@app.periodic(cron="5 15 * * *")  # UTC: five past midnight in both countries
@app.task(name="agreements.settle_begun", queueing_lock="agreements.settle_begun")
def settle_begun(timestamp: int) -> None:
    """Have the lists show the versions that hold from today on, with those of days without a worker."""
    actions.settle_begun(by=system_user(), today=timezone.localdate())


# Lists that are brought in


@app.task(name="agreements.read_file", queue="imports", retry=RETRY)
def read_file(subject_id: int, by_id: int, run: int) -> None:
    found = AgreementFile.objects.select_related("institution").filter(
        pk=subject_id, run=run, state="reading"
    )
    if file := found.first():  # else it was deleted, or has gone on meanwhile
        bringing.read_file(file, by=User.objects.get(pk=by_id), run=run)


@app.task(name="agreements.finish_file", queue="imports", retry=RETRY)
def finish_file(subject_id: int, by_id: int, run: int) -> None:
    if file := AgreementFile.objects.select_related("institution").filter(pk=subject_id, run=run).first():
        bringing.finish_file(file, by=User.objects.get(pk=by_id), run=run)
