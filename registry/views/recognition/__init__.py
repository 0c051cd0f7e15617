"""Pages of recognition documents: entering, confirming, outside lists, annexes."""

from registry.views.recognition import annex, documents, outside_titles

blueprints = (
    annex.blueprint,
    documents.blueprint,
    outside_titles.blueprint,
)
