"""Text that staff write in Japanese, Korean and English."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

LANGUAGES = ("en", "ja", "ko")
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def no_direction_marks(value: str) -> None:
    """A validator: signs that turn the direction of the text round would disturb the text of others after it."""
    if DIRECTION_MARKS.search(value):
        raise ValidationError(
            _("This holds invisible signs that change the direction of the text. Type it again."),
            code="direction_marks",
        )


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in up to three languages. ``str()`` is the reader's language, else English, else what there is.

    >>> str(Text(ja="東京大学"))
    '東京大学'
    """

    en: str = ""
    ja: str = ""
    ko: str = ""

    def __str__(self) -> str:
        return self.in_language(get_language() or "en")

    def in_language(self, language: str) -> str:
        """The text in *language* (``ja``, ``ko-kr``, ...), else English, else what there is."""
        wanted = language[:2]
        own = getattr(self, wanted) if wanted in LANGUAGES else ""
        return own or self.en or self.ja or self.ko

    @property
    def written_in(self) -> str:
        """The language that ``str()`` answers in, for the ``lang`` attribute."""
        reader = (get_language() or "en")[:2]
        return next((code for code in (reader, *LANGUAGES) if getattr(self, code, "")), reader)


def in_all_languages(say: Callable[[], object]) -> Text:
    """What *say* says to a reader of each language."""
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = str(say())
    return Text(**said)


def joined(texts: Iterable[object]) -> str:
    """The texts one after the other, with the reader's comma between them; never for what is read back."""
    return _(", ").join(map(str, texts))


joined_lazy = lazy(joined, str)


class TrilingualField(models.JSONField):
    """A :class:`Text` in one JSON column; queries reach a language as ``name__ja``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Text)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return Text(**found) if isinstance(found, dict) else found

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(asdict(value) if isinstance(value, Text) else value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(
            asdict(value) if isinstance(value, Text) else value, connection, prepared
        )

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(asdict(value) if isinstance(value, Text) else value, model_instance)

    def value_to_string(self, obj: models.Model) -> Any:
        return asdict(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        return Text(**value) if isinstance(value, dict) else value
