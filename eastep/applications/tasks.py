"""The background jobs of placement rounds. Each may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from eastep.applications import actions
from eastep.applications.models import RoundFile, RuleComparison, Simulation
from eastep.people.models import User

RETRY = RetryStrategy(max_attempts=3, wait=5)


@app.task(name="applications.read_file", queue="placement", retry=RETRY)
def read_file(subject_id: int, by_id: int, run: int) -> None:
    found = RoundFile.objects.select_related("round__home").filter(pk=subject_id, run=run, state="reading")
    if file := found.first():  # else it was deleted, or has gone on meanwhile
        actions.read_file(file, by=User.objects.get(pk=by_id), run=run)


@app.task(name="applications.finish_file", queue="placement", retry=RETRY)
def finish_file(subject_id: int, by_id: int, run: int) -> None:
    if file := RoundFile.objects.select_related("round").filter(pk=subject_id, run=run).first():
        actions.finish_file(file, by=User.objects.get(pk=by_id), run=run)


@app.task(name="applications.compute_simulation", queue="placement", retry=RETRY)
def compute_simulation(subject_id: int, by_id: int, run: int) -> None:
    if simulation := Simulation.objects.filter(pk=subject_id, run=run, state="computing").first():
        actions.compute_simulation(simulation, by=User.objects.get(pk=by_id), run=run)


@app.task(name="applications.compute_comparison", queue="placement", retry=RETRY)
def compute_comparison(subject_id: int, by_id: int, run: int) -> None:
    if comparison := RuleComparison.objects.filter(pk=subject_id, run=run, state="computing").first():
        actions.compute_comparison(comparison, by=User.objects.get(pk=by_id), run=run)
