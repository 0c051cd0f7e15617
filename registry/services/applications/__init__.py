"""The enterprise's side of an application: drafts, files, snapshots, readiness."""
