"""The later life of a title: requests to change the record, decided desk by desk, and what each kind does."""
