"""Charts: where they come from and how they leave."""
