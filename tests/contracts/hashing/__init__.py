"""The suite that every hashing engine passes."""
