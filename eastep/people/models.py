"""People: everyone who acts, guests by link included."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from eastep.core.permissions import permitted
from eastep.people import names


class UserManager(BaseUserManager["User"]):
    """Makes people. E-mail addresses are kept in lower case, as people type them in any."""

    def create_user(self, email: str, password: str | None = None, **given: Any) -> User:
        person = User(email=email.strip().lower(), **given)
        person.set_password(password)
        person.search_names = names.variants(person)
        person.sort_name = names.sort_key(person)
        person.save()
        return person

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser):
    """One person: one identity, any number of roles at any number of institutions.

    A name has up to five forms, each as the person gave it and none made from another: in its own script, its
    reading, in the passport, in hanja, and as an alias that an office has registered (通称).
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=200, blank=True)
    family_reading = models.CharField(_("reading of the family name"), max_length=100, blank=True)
    given_reading = models.CharField(_("reading of the given name"), max_length=200, blank=True)
    passport_surname = models.CharField(_("surname in the passport"), max_length=100, blank=True)
    passport_given_names = models.CharField(_("given names in the passport"), max_length=200, blank=True)
    hanja = models.CharField(_("name in hanja"), max_length=100, blank=True)
    alias = models.CharField(_("registered alias"), max_length=200, blank=True)
    former_names = ArrayField(
        models.CharField(max_length=300), verbose_name=_("former names"), default=list, blank=True
    )
    preferred_name = models.CharField(_("name to be called by"), max_length=200, blank=True)
    given_name_first = models.BooleanField(_("given name first"), default=False)
    sort_name = models.CharField(max_length=300, editable=False, db_collation="C")
    search_names = ArrayField(models.TextField(), default=list, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return names.display_name(self) or self.email

    @cached_property
    def roles(self) -> frozenset[tuple[int | None, str]]:
        """(institution, role) pairs; the institution is None for a role in the programme itself."""
        return frozenset(self.memberships.values_list("institution_id", "role"))

    def has_role(self, role: str) -> bool:
        """Whether the person has *role* anywhere."""
        return any(held == role for _institution, held in self.roles)

    def has_perm(self, permission: str, subject: object = None) -> bool:
        return permitted(self, permission, subject)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("roles", None)
        super().refresh_from_db(*args, **kwargs)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """A person's own: nobody else sees them."""
        return self.filter(user=user)


class SavedView(models.Model):
    """A list as one person wants it again: its filters and its sort, under a name of theirs.

    *page* names the kind of list ("applicants"), not one address: a view that was saved in one round serves
    the next round, too.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("person"))
    page = models.SlugField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(
        _("filters and sort"), max_length=2000, blank=True
    )  # as in the address, without "?"
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="one_saved_view_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
