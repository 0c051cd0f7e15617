"""The public record as columns in memory, and the one selection over it."""
