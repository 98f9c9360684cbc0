"""Somebody of a university that does not work with EASTEP: a link, a code, an approval; and then nothing any more."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from eastep.agreements.states import Standing
from tests.journeys.at_the_desk import (
    OFFICE_OF_WASEDA,
    approve,
    begin,
    hash_shown,
    press,
    propose,
    stands,
    write,
)
from tests.journeys.conftest import accessible, fits, read_in

YEAR = timezone.localdate().year


@pytest.fixture
def mail_to():
    """The texts of the mails to an address, the newest last; they are thrown away afterwards."""
    folder, read = settings.VAR / "mail", set()

    def texts(address: str) -> list[str]:
        found = []
        for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            if address.encode() in path.read_bytes():
                read.add(path)
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                found.append(mail.get_content())
        return found

    yield texts
    for path in read:
        path.unlink()


def test_a_guest_approves_and_is_shut_out_again(visit, mail_to):
    email = f"hong.{uuid4().hex[:8]}@jeju.example"
    office = visit(OFFICE_OF_WASEDA)
    read_in(office, "en")
    address = begin(office, "제주대", start=f"{YEAR}-04-01", end=f"{YEAR + 5}-03-31")
    write(office, {"c1-places": "1", "c2-places": "1"})
    press(office, "main button[name=then][value=agreement]")
    propose(office, address)
    press(office, "main a[href$='/guests/invite/']")
    write(office, {"name": "홍길동", "position": "국제교류본부장", "email": email})
    accessible(office)
    press(office, "main form[method=post] .actions button")
    link = office.locator("#link").input_value()
    assert [link in text for text in mail_to(email)] == [True]

    guest = visit(width=390, locale="ko")
    guest.goto(address)
    expect(guest).to_have_url(re.compile("/account/login/"))  # nobody sees it without the link
    guest.goto(link)
    expect(guest.locator("html")).to_have_attribute("lang", "ko")
    assert link.rsplit("/", 2)[1] not in guest.url
    fits(guest)
    accessible(guest)
    press(guest, "main form[action$='/guest/code/'] button")
    guest.fill("main input[name=code]", "000000")
    press(guest, "main form:has(input[name=code]) .actions button")
    expect(guest.locator("main .errorlist")).to_be_visible()  # a guess does not open it
    code = re.search(r"\b(\d{6})\b", mail_to(email)[-1])[1]
    guest.fill("main input[name=code]", code)
    press(guest, "main form:has(input[name=code]) .actions button")
    expect(guest).to_have_url(address)
    assert hash_shown(guest, address) == hash_shown(office, address)
    fits(guest)
    accessible(guest)
    guest.fill("main textarea[name=text]", "총장님 결재를 받았습니다.")
    press(guest, "main form[action$='/remark/'] button")
    approve(guest, address)

    office.goto(address)
    expect(office.locator("main")).to_contain_text("총장님 결재를 받았습니다.")
    expect(office.locator("main table")).to_contain_text(["홍길동"])
    press(office, "main a[href*='/guests/']:has-text('홍길동')")
    press(office, "main form[action$='/revoke/'] button")
    assert guest.goto(address).status == 404  # in the middle of the work
    assert guest.goto(link).status == 404
    accessible(guest)

    approve(office, address)  # what the guest approved stays
    stands(office, address, Standing.IN_EFFECT)
