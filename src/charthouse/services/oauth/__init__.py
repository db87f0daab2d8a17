"""OAuth 2.0 as Quay offers it: applications, their tokens, and how users grant them."""
