"""Service keys: superusers manage them, services register, replace and withdraw their own."""
