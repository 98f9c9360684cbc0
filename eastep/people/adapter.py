"""What we decide differently from django-allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from eastep.people.models import User


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an office or by the programme; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class Passkeys(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the passkey after EASTEP, whatever the host."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "EASTEP"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey {number}").format(number=number)
