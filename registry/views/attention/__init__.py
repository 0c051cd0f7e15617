"""Pages of what needs a hand: today's list, what the units have delivered, pauses of a call, dates for calendars."""

from registry.views.attention import delivery, today

blueprints = (delivery.blueprint, today.blueprint)
