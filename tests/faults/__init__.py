"""Faults on command, against the site as it is deployed: `python -m tests.faults [NAME …]`, `make faults`, `make soak`."""
