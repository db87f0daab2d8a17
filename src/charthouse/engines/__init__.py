"""The only code that knows a vendor. Each package implements one port; siblings do not know each other."""
