"""The registry of smart-manufacturing pilot projects: rules, records, reads and pages."""
