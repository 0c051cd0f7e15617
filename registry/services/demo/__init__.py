"""Demo data: `load_demo` fills an empty installation, `purge_demo` leaves nothing of it."""

from registry.services.demo.loading import load_demo
from registry.services.demo.passwords import renew_passwords
from registry.services.demo.purging import has_real_records, is_empty, purge_demo, stored_photos
from registry.services.demo.stock import has_stock, load_stock

__all__ = [
    "has_real_records",
    "has_stock",
    "is_empty",
    "load_demo",
    "load_stock",
    "purge_demo",
    "renew_passwords",
    "stored_photos",
]
