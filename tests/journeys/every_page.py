"""The pages of the demo as it is loaded, by who looks at them. None is nobody."""

from django.utils import timezone

ADMINISTRATOR, WASEDA, YONSEI = (f"{name}@demo.eastep.example" for name in ("takasaki", "onodera", "sunwoo"))
HERE = "/institutions/JP:F113310103581/"  # Waseda
CLOSED = timezone.localdate().year - 2

COMMON = ["/", "/about/", "/rounds/", "/rounds/open/", "/institutions/", "/institutions/?text=わせだ",
          "/institutions/KR:0000149/", "/people/me/", "/ui/", "/account/2fa/webauthn/", "/account/password/change/",
          "/institutions/claims/", "/institutions/KR:0000149/people/", "/institutions/KR:0000149/history/",
          "/agreements/", "/agreements/1/", "/agreements/balance/", "/agreements/balance/countries/"]  # fmt: skip
FROZEN = ["", "history/", "files/", "places/", "places/1/", "applicants/", "simulations/", "simulations/1/",
          "simulations/1/applicants/", "simulations/1/applicants/450/", "simulations/1/applicants/450/letter/",
          "simulations/1/options/", "simulations/1/options/3/", "unfreeze/", "answers/", "answers/paste/",
          "waiting/", "waiting/1/", "second/", "balance/", "balance/1/", "balance/1/discard/"]  # fmt: skip
IN_WORK = ["", "settings/", "discard/", "files/", "files/3/", "files/6/", "files/6/columns/", "places/", "places/add/",
           "places/1/", "applicants/", "applicants/add/", "applicants/901/", "applicants/901/edit/", "simulations/",
           "simulations/make/", "simulations/compare/?a=2&b=3", "simulations/3/", "simulations/3/applicants/",
           "simulations/3/applicants/20/", "simulations/3/letters/", "simulations/3/freeze/",
           "balance/"]  # fmt: skip
OWN = ["", "history/", "people/", "terms/", "terms/2027-spring/", "contacts/add/", "contacts/1/edit/", "contacts/1/remove/",
       "faculties/add/", "faculties/473/rename/", "faculties/473/remove/", "claim/"]  # fmt: skip
IN_EFFECT, AMENDED, DRAFT, HALF_APPROVED, REFUSED, FOR_A_GUEST, RECORDED = (
    1,
    2,
    9,
    10,
    11,
    13,
    14,
)  # agreements
AGREEMENTS = ["", "?standing=waits_us", "?text=nobody", "new/", "record/", "new/?partner=서울대학교&institution=392", "seals/",
              "import/", "calendar/", "balance/", "balance/countries/", "balance/lines/",
              *(f"{IN_EFFECT}/{page}" for page in (
                  "", "versions/1/", "notice/", "signatory/", "responsible/", "reference/", "papers/attach/", "balance/",
                  "balance/lines/", "balance/lines/1/reverse/", "balance/correction/", "balance/close/",
                  f"balance/{CLOSED}/reopen/")),
              *(f"{AMENDED}/{page}" for page in ("", "versions/2/", "approve/", "refuse/", "guests/")),
              *(f"{DRAFT}/{page}" for page in ("", "edit/", "propose/", "record/", "discard/")),
              *(f"{HALF_APPROVED}/{page}" for page in ("", "recall/")),
              *(f"{REFUSED}/{page}" for page in ("", "edit/")),
              *(f"{FOR_A_GUEST}/{page}" for page in ("", "guests/", "guests/1/", "guests/invite/")),
              f"{RECORDED}/"]  # fmt: skip
OF_THE_PARTNER = ["/notices/", "/agreements/3/", "/agreements/5/", "/agreements/7/", "/agreements/18/"]
# renewed; notice given; ends soon; recorded by itself

PAGES = {
    ADMINISTRATOR: [*COMMON, *(f"/rounds/1/{page}" for page in FROZEN)],
    WASEDA: [*(f"/rounds/2/{page}" for page in IN_WORK), *(f"{HERE}{page}" for page in OWN),
             *(f"/agreements/{page}" for page in AGREEMENTS)],
    YONSEI: OF_THE_PARTNER,
    None: ["/", "/account/login/", "/account/password/reset/", HERE, "/agreements/partners/",
           "/agreements/partners/JP:F113310103581/"],
}  # fmt: skip
NOTHING_THERE = ["/no-such-page/", "/agreements/guest/"]
