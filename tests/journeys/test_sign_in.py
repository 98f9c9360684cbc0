"""Signing in by password and by passkey, and reading in one's own language."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, accessible

ADMIN = "takasaki@demo.eastep.example"


def with_authenticator(page: Page) -> None:
    """A virtual authenticator that says yes, as a telephone would."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_wrong_password_is_told_and_opens_nothing(visit):
    page = visit()
    page.goto("/account/login/")
    page.fill("input[name=login]", ADMIN)
    page.fill("input[name=password]", "not the password")
    page.press("input[name=password]", "Enter")
    expect(page.locator("main form .error, main form [role=alert], main .notice")).not_to_have_count(0)
    page.goto("/rounds/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/rounds/"))


def sign_out(page: Page) -> None:
    page.locator("header details.person summary").click()
    page.locator("header details.person form button").click()
    page.wait_for_load_state()


def test_a_passkey_is_added_and_signs_in_and_a_code_replaces_it(visit):
    page = visit("sunwoo@demo.eastep.example")
    with_authenticator(page)
    page.goto("/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("ul.codes code")).to_have_count(10)
    accessible(page)
    code = page.locator("ul.codes code").first.inner_text()

    sign_out(page)
    page.goto("/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/")
    expect(page.locator("header details.person summary")).to_contain_text("선우혜원")

    sign_out(page)
    page.goto("/account/login/")
    page.fill("input[name=login]", "sunwoo@demo.eastep.example")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    accessible(page)
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")
    page.wait_for_url("**/")
    expect(page.locator("header details.person summary")).to_contain_text("선우혜원")


def test_the_language_is_changed_and_remembered(visit):
    page = visit(ADMIN)
    for language, heading in (("ko", "배정"), ("en", "Placement rounds"), ("ja", "配置")):
        page.locator(f"header form button[value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.goto("/rounds/")
        expect(page.locator("h1")).to_contain_text(heading)
    again = visit(ADMIN, locale="en")
    expect(again.locator("html")).to_have_attribute("lang", "ja")
