"""Real clients against the real server, used as people use them."""
