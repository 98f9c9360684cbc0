import pytest
from django.utils import translation

from eastep.core.text import Text, joined


@pytest.mark.parametrize(
    ("language", "shown", "written_in"),
    [
        ("ja", "東京大学", "ja"),
        ("ko", "The University of Tokyo", "en"),
        ("en", "The University of Tokyo", "en"),
    ],
)
def test_the_reader_s_language_comes_first_then_english(language, shown, written_in):
    text = Text(en="The University of Tokyo", ja="東京大学")
    with translation.override(language):
        assert (str(text), text.written_in) == (shown, written_in)


def test_what_exists_in_one_language_only_is_shown_in_that():
    with translation.override("en"):
        assert (str(Text(ko="부산대학교")), Text(ko="부산대학교").written_in) == ("부산대학교", "ko")
    assert str(Text()) == ""


@pytest.mark.parametrize(
    ("language", "shown"), [("ja", "髙﨑、朴、3"), ("ko", "髙﨑, 朴, 3"), ("en", "髙﨑, 朴, 3")]
)
def test_a_list_has_the_comma_of_the_reader(language, shown):
    with translation.override(language):
        assert joined(["髙﨑", "朴", 3]) == shown
