"""Commands: one verb per use case. They end in `flush()`, never commit, never see a request."""
