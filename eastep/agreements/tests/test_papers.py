"""Papers and seals: kept byte for byte, with who has compared them; and what is no paper is refused."""

import zlib
from hashlib import sha256
from struct import pack
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from eastep.agreements import actions
from eastep.agreements.models import Agreement, Approval, Paper, Seal, Version
from eastep.agreements.states import PaperKind, Standing, VersionState, Way
from eastep.agreements.tests.factories import (
    approve,
    hash_of,
    in_days,
    make_agreed,
    make_draft,
    make_proposed,
    make_recorded,
)
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.documents.media import check
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def png() -> bytes:
    """One red point."""

    def chunk(kind: bytes, said: bytes) -> bytes:
        return pack(">I", len(said)) + kind + said + pack(">I", zlib.crc32(kind + said))

    head = pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def upload(name="協定書 髙﨑.pdf", content=PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def paper_of(side, by, **given) -> Paper:
    values: dict[str, Any] = {
        "file": check(PDF, name="협정서.pdf"),
        "kind": PaperKind.SIGNED,
        "checked": False,
    }
    return actions.attach_paper(side, by=by, **values | given)


def send(client, user, view, *args, **data):
    client.force_login(user)
    return client.post(reverse(view, args=args), data)


def test_a_paper_is_kept_byte_for_byte_and_both_can_open_it(client, waseda, yonsei, takasaki, park, auditor):
    side = make_agreed(waseda, yonsei)
    version = Version.objects.get()
    response = send(
        client, takasaki, "attach_paper", side.agreement_id, version=version.pk, kind="scan", file=upload()
    )
    assert response.status_code == 302
    kept = Paper.objects.get()
    assert (kept.name, kept.media_type, kept.sha256, kept.checked_by) == (
        "協定書 髙﨑.pdf",
        "application/pdf",
        sha256(PDF).hexdigest(),
        None,
    )
    for person in (takasaki, park, auditor):
        client.force_login(person)
        response = client.get(reverse("paper", args=[side.agreement_id, kept.pk]))
        assert response.content == PDF
        assert response["Content-Disposition"].startswith("attachment")
    send(client, park, "check_paper", side.agreement_id, kept.pk)
    kept.refresh_from_db()
    assert kept.checked_by == park
    assert [entry.event for entry in history(side.agreement)][-2:] == [
        "agreements.paper_attached",
        "agreements.paper_checked",
    ]
    client.force_login(takasaki)
    assert "박지민" in client.get(side.agreement.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"MZ\x90\x00 a program", "This is not a PDF, PNG or JPEG file."),
        (PDF[:-8], "The file is cut off"),
        (PDF.replace(b"<<>>", b"<</JavaScript 1>>"), "The PDF holds programs"),
        (b"<html><script>alert(1)</script>", "This is not a PDF, PNG or JPEG file."),
    ],
)
def test_what_is_no_paper_is_refused_with_the_remedy(client, waseda, yonsei, takasaki, content, remedy):
    side = make_agreed(waseda, yonsei)
    response = send(
        client,
        takasaki,
        "attach_paper",
        side.agreement_id,
        version=Version.objects.get().pk,
        kind="signed",
        file=upload(content=content),
    )
    assert response.status_code == 422
    assert remedy in response.content.decode()
    assert not Paper.objects.exists()


def test_strangers_and_readers_do_not_attach_check_or_open(
    client, waseda, yonsei, takasaki, stranger, auditor
):
    side = make_agreed(waseda, yonsei)
    kept = paper_of(side, takasaki)
    for person in (stranger, make_person(Role.STUDENT, waseda)):
        client.force_login(person)
        assert client.get(reverse("paper", args=[side.agreement_id, kept.pk])).status_code == 404
    for person in (stranger, auditor, make_person(Role.COORDINATOR, waseda)):
        assert send(client, person, "check_paper", side.agreement_id, kept.pk).status_code == 404
        assert send(client, person, "attach_paper", side.agreement_id).status_code == 404
        with pytest.raises(PermissionDenied):
            paper_of(side, person)


def test_a_paper_is_found_under_its_own_agreement_only(client, waseda, yonsei, takasaki):
    kept = paper_of(make_agreed(waseda, yonsei), takasaki)
    other = make_agreed(waseda, yonsei)
    client.force_login(takasaki)
    assert client.get(reverse("paper", args=[other.agreement_id, kept.pk])).status_code == 404


def test_a_paper_of_a_draft_is_for_its_writers(client, waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    draft = actions.amend(side, by=takasaki)
    kept = paper_of(side, takasaki, version=draft)
    client.force_login(park)
    assert client.get(reverse("paper", args=[side.agreement_id, kept.pk])).status_code == 404
    with pytest.raises(Refused) as refused:
        paper_of(side.other, park, version=draft)
    assert refused.value.code == "no_version"
    with pytest.raises(Refused):
        actions.check_paper(side.other, by=park, paper=kept)


def test_a_paper_is_checked_once(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    kept = paper_of(side, takasaki, checked=True)
    assert kept.checked_by == takasaki
    with pytest.raises(Refused) as refused:
        actions.check_paper(side.other, by=park, paper=kept)
    assert refused.value.code == "checked"


# Recording


def recorded(client, user, side, **given):
    data = {
        "edition": 1,
        "effective_on": in_days(-40),
        "signed_name": "髙﨑 愛子",
        "signed_position": "学長",
        "kind": "scan",
        "file": upload(),
        "compared": "on",
    }
    return send(client, user, "record_version", side.agreement_id, **data | given)


def test_a_signed_agreement_is_recorded_with_its_checked_paper(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    assert client.get(reverse("record_version", args=[side.agreement_id])).status_code == 200
    assert recorded(client, takasaki, side).status_code == 302
    version, kept, approval = Version.objects.get(), Paper.objects.get(), Approval.objects.get()
    assert (version.state, version.effective_on) == (VersionState.RECORDED, in_days(-40))
    assert (kept.checked_by, approval.scan, approval.way) == (takasaki, kept, Way.OUTSIDE)
    assert approval.signed_name == "髙﨑 愛子"


@pytest.mark.parametrize(
    "wrong",
    [{"compared": ""}, {"file": ""}, {"file": upload(content=b"nothing")}, {"effective_on": in_days(2)}],
)
def test_without_the_paper_the_comparison_or_a_real_date_nothing_is_recorded(
    client, waseda, yonsei, takasaki, wrong
):
    side = make_draft(waseda, yonsei)
    assert recorded(client, takasaki, side, **wrong).status_code == 422
    assert Version.objects.get().state == VersionState.DRAFT
    assert not Paper.objects.exists()


def test_what_was_changed_meanwhile_is_not_recorded_and_leaves_no_paper(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    assert recorded(client, takasaki, side, edition=9).status_code == 409
    assert not Paper.objects.exists()
    assert Agreement.objects.get().standing() == Standing.DRAFT


# Signing on paper and with a seal


def test_a_side_signs_on_paper_with_a_scan(client, waseda, yonsei, park):
    side = make_proposed(waseda, yonsei)
    approve(side)
    data = {"sha256": hash_of(side.agreement), "signed_name": "朴智旻", "way": "ink"}
    assert send(client, park, "approve_version", side.agreement_id, **data).status_code == 422
    data |= {"scan": upload(), "signed_on": in_days(-3)}
    assert send(client, park, "approve_version", side.agreement_id, **data).status_code == 302
    approval = Approval.objects.get(by=park)
    assert (approval.way, approval.signed_on, approval.scan) == (Way.INK, in_days(-3), Paper.objects.get())
    assert Version.objects.get().state == VersionState.AGREED


def test_a_seal_is_set_by_its_holder_alone(client, waseda, yonsei, takasaki, park):
    image = SimpleUploadedFile("公印.png", png(), "image/png")
    assert send(client, takasaki, "seals", institution=waseda.pk, image=image).status_code == 302
    seal = Seal.objects.get()
    assert (seal.holder, seal.institution, bytes(seal.image)) == (takasaki, waseda, png())
    side = make_proposed(waseda, yonsei)
    colleague = make_person(Role.OFFICE, waseda)
    data = {"sha256": hash_of(side.agreement), "signed_name": "髙﨑 愛子", "way": "seal"}
    assert send(client, colleague, "approve_version", side.agreement_id, **data).status_code == 422
    assert send(client, takasaki, "approve_version", side.agreement_id, **data).status_code == 302
    approval = Approval.objects.get()
    assert (approval.way, approval.seal) == (Way.SEAL, seal)
    client.force_login(park)
    assert client.get(reverse("seal_image", args=[side.agreement_id, approval.pk])).content == png()
    assert client.get(reverse("seal", args=[seal.pk])).status_code == 404


def test_a_new_seal_takes_the_place_of_the_old_and_can_be_put_away(client, waseda, takasaki, park, auditor):
    first = actions.keep_seal(waseda, by=takasaki, image=check(png(), name="a.png"))
    second = actions.keep_seal(waseda, by=takasaki, image=check(png(), name="b.png"))
    first.refresh_from_db()
    assert first.retired_at is not None
    for person in (park, auditor):
        assert send(client, person, "retire_seal", second.pk).status_code in (403, 404)
    send(client, takasaki, "retire_seal", second.pk)
    second.refresh_from_db()
    assert second.retired_at is not None
    with pytest.raises(Refused) as refused:
        actions.retire_seal(second, by=takasaki)
    assert refused.value.code == "retired"


def test_only_an_image_is_a_seal_and_only_of_the_own_institution(client, waseda, yonsei, takasaki, auditor):
    assert send(client, takasaki, "seals", institution=waseda.pk, image=upload()).status_code == 422
    image = SimpleUploadedFile("a.png", png(), "image/png")
    send(client, takasaki, "seals", institution=yonsei.pk, image=image)
    assert not Seal.objects.exists()
    client.force_login(auditor)
    assert client.get(reverse("seals")).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.keep_seal(yonsei, by=takasaki, image=check(png(), name="a.png"))


def test_what_is_recorded_has_no_draft_left_to_record(client, waseda, yonsei, takasaki):
    side = make_recorded(waseda, yonsei)
    assert recorded(client, takasaki, side).status_code == 302
    assert Paper.objects.count() == 0
