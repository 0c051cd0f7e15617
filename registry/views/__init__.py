"""Pages and interfaces: one package a capability, each offers its `blueprints`; all stand on `web`."""
