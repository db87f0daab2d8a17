"""The suite that every blob engine passes."""
