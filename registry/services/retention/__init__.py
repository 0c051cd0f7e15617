"""How long what is known of persons is kept, and erasing it when its time is over."""

from registry.services.retention.rules import RULES, Rule
from registry.services.retention.running import run

__all__ = ["RULES", "Rule", "run"]
