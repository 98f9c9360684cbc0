"""docs/decisions/0020 names every element of EWP's agreements. The schema lies in ../shared; without it this is skipped."""

import re
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = ROOT.parent / "shared/ewp/ewp-specs-api-iias/endpoints/get-response.xsd"
TABLE = ROOT / "docs/decisions/0020-agreements-and-ewp.md"
XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schemas of EWP are not here")
def test_every_element_of_the_schema_has_its_place():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    schema = etree.parse(SCHEMA, parser)
    named = {
        (one.get("name") or one.get("ref")).removeprefix("c:")
        for kind in ("element", "attribute")
        for one in schema.iter(f"{XS}{kind}")
    }
    told = set(re.findall(r"`([a-z0-9-]+)`", TABLE.read_text(encoding="utf-8")))
    assert sorted(named - told) == []
