"""Pages of site inspections."""

from registry.views.inspection import desk, devices, photos, sheet

blueprints = (desk.blueprint, devices.blueprint, photos.blueprint, sheet.blueprint)
