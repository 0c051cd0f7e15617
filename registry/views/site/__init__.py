"""What the site says of itself, to people and to programs that look at pages."""

from registry.views.site import feed, pictures, robots, texts

blueprints = (feed.blueprint, pictures.blueprint, robots.blueprint, texts.blueprint)
