"""What people type, read once: numbers, years, days, places, coordinates, ids, KPI inputs."""
