"""The tables of placement rounds."""

from eastep.applications.models.agreed import AgreedPlaces
from eastep.applications.models.answers import PlaceAnswer, PlaceAnswerQuerySet
from eastep.applications.models.comparisons import RuleComparison, RuleComparisonQuerySet
from eastep.applications.models.files import RoundFile, RoundFileQuerySet
from eastep.applications.models.lists import (
    RoundApplicant,
    RoundApplicantQuerySet,
    RoundPlace,
    RoundPlaceQuerySet,
    Waiver,
    Withdrawn,
)
from eastep.applications.models.rounds import Frozen, Round
from eastep.applications.models.search import search_fields
from eastep.applications.models.simulations import (
    Move,
    Option,
    OptionQuerySet,
    Outcome,
    OutcomeQuerySet,
    Simulation,
)

__all__ = [
    "AgreedPlaces",
    "Frozen",
    "Move",
    "Option",
    "OptionQuerySet",
    "Outcome",
    "OutcomeQuerySet",
    "PlaceAnswer",
    "PlaceAnswerQuerySet",
    "Round",
    "RoundApplicant",
    "RoundApplicantQuerySet",
    "RoundFile",
    "RoundFileQuerySet",
    "RoundPlace",
    "RoundPlaceQuerySet",
    "RuleComparison",
    "RuleComparisonQuerySet",
    "Simulation",
    "Waiver",
    "Withdrawn",
    "search_fields",
]
