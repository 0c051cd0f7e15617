"""What other programs open: the interface and its description, OGC API – Features, files."""

from registry.views.open import ogc

blueprints = (ogc.blueprint,)
