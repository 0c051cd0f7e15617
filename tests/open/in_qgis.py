"""Run by the Python that QGIS brings: `python3 tests/open/in_qgis.py ADDRESS` says what QGIS reads of `projects`."""

import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

BOX = QgsRectangle(119.9, 31.7, 120.0, 31.9)
CONDITION = "tier = 'national'"


def layer(home, paging="true"):
    """The layer that a person adds by the address."""
    found = QgsVectorLayer(f"url='{home}/ogc' typename='projects' pagingEnabled='{paging}'", "projects", "OAPIF")
    assert found.isValid(), found.error().message()
    return found


def count(found, *request):
    """Features that it holds, or those of a request."""
    return sum(1 for _feature in found.getFeatures(*request))


application = QgsApplication([], False)
application.initQgis()
whole = layer(sys.argv[1])
print("all", count(whole), "without paging", count(layer(sys.argv[1], "false")))
print("box", count(whole, QgsFeatureRequest(BOX)))
filtered = layer(sys.argv[1])
filtered.setSubsetString(CONDITION)
print(CONDITION, count(filtered))
print({field.name(): field.typeName() for field in whole.fields() if field.name() in ("year", "level", "announced_on")})
