"""Charts: reading what comes in, publishing, indexes, policies, and whole repositories in and out."""
