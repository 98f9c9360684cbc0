import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.core import events
from eastep.core.events import Event, history, reacts_to, record, sentence, sentences
from eastep.core.models import Entry
from eastep.core.tasks import react

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def moved(monkeypatch):
    monkeypatch.setattr(events, "EVENTS", {})
    monkeypatch.setattr(events, "REACTIONS", {})
    monkeypatch.setattr("eastep.core.tasks.REACTIONS", events.REACTIONS)
    return Event("test.moved", "{by} moved {what}.")


@pytest.fixture
def sato():
    return User.objects.create_user("sato@example.jp", family_name="佐藤", given_name="花")


def test_what_happened_is_written_with_its_sentence(moved, sato):
    record(moved, sato, by=sato, what="the table")
    assert [sentence(entry) for entry in history(sato)] == ["佐藤 花 moved the table."]


def test_codes_and_people_are_said_in_words(moved, sato):
    asked = Event("test.asked", "{by} asked {whom} for {what}.", {"what": str.upper}, people=("whom",))
    kim = User.objects.create_user("kim@example.kr", family_name="김", given_name="민")
    record(asked, sato, by=sato, whom=kim.pk, what="tea")
    record(asked, sato, by=sato, whom=0, what="time")
    assert [told for _entry, told in sentences(history(sato))] == [
        "佐藤 花 asked 김민 for TEA.",
        "佐藤 花 asked somebody whose record was erased for TIME.",
    ]


def test_each_reaction_is_promised_in_the_same_transaction_and_done(moved, sato):
    seen = []
    reacts_to("test.moved")(lambda entry: seen.append(entry.pk))
    entry = record(moved, sato, by=sato, what="x")
    job = ProcrastinateJob.objects.get(task_name="core.react")
    assert job.args["entry_id"] == entry.pk
    react(**job.args)
    assert seen == [entry.pk]


def test_what_is_rolled_back_was_never_promised(moved, sato):
    reacts_to("test.moved")(lambda entry: None)
    with transaction.atomic():
        record(moved, sato, by=sato, what="x")
        transaction.set_rollback(True)
    assert (Entry.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


@pytest.mark.parametrize("change", [lambda e: e.update(event="other"), lambda e: e.delete()])
def test_an_entry_cannot_be_changed_or_deleted(moved, sato, change):
    record(moved, sato, by=sato, what="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Entry.objects.all())
