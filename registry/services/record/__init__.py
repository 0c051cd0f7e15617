"""What keeps the public record found: permanent codes and the search index."""
