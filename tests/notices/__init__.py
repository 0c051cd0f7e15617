"""Public notices, objections and the calendar."""
