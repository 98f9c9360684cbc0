"""The background jobs of placement rounds. Each may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from eastep.applications import actions
from eastep.applications.models import Round
from eastep.people.models import User

RETRY = RetryStrategy(max_attempts=3, wait=5)


@app.task(name="applications.check_round", queue="placement", retry=RETRY)
def check_round(round_id: int, by_id: int, run: int) -> None:
    if round_ := Round.objects.filter(pk=round_id).first():  # else it was deleted meanwhile
        actions.check_round(round_, by=User.objects.get(pk=by_id), run=run)


@app.task(name="applications.finish_round", queue="placement", retry=RETRY)
def finish_round(round_id: int, by_id: int, run: int) -> None:
    if round_ := Round.objects.filter(pk=round_id).first():
        actions.finish_round(round_, by=User.objects.get(pk=by_id), run=run)
