"""What every page stands on: requests, delivery, errors, headers, addresses, the frame of a page."""

from registry.views.web import health

blueprints = (health.blueprint,)
