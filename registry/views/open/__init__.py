"""What other programs open: the interface and its description, OGC API – Features, files."""

from registry.views.open import api, files, ogc, page

blueprints = (api.blueprint, files.blueprint, ogc.blueprint, page.blueprint)
