"""Officers' pages of list imports."""

from registry.views.imports import files, pages

blueprints = (pages.blueprint, files.blueprint)
