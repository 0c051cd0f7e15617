"""Pages of recognition documents: entering, confirming, outside lists, annexes."""

from registry.views.recognition import annex, documents, outside_titles, re_evaluation

blueprints = (
    annex.blueprint,
    documents.blueprint,
    outside_titles.blueprint,
    re_evaluation.blueprint,
)
