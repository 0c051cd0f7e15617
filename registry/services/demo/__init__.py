"""Demo data: `load_demo` fills an empty installation, `purge_demo` leaves nothing of it."""

from registry.services.demo.loading import load_demo
from registry.services.demo.passwords import renew_passwords
from registry.services.demo.purging import has_real_records, is_empty, purge_demo

__all__ = ["has_real_records", "is_empty", "load_demo", "purge_demo", "renew_passwords"]
