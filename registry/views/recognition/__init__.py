"""Pages of recognition documents: entering, confirming, outside lists, annexes."""

from registry.views.recognition import annex, documents, ladder, outside_titles, re_evaluation

blueprints = (
    annex.blueprint,
    documents.blueprint,
    ladder.blueprint,
    outside_titles.blueprint,
    re_evaluation.blueprint,
)
