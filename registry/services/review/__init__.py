"""The steps of the review: one writer of the status, what each step needs, bulk steps, case work."""
