"""What the site says of itself, to people and to programs that look at pages."""

from registry.views.site import feed, maintenance, pictures, robots, texts

blueprints = (feed.blueprint, maintenance.blueprint, pictures.blueprint, robots.blueprint, texts.blueprint)
