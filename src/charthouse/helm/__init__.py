"""What Helm knows, as libraries that import nothing else of Charthouse."""
