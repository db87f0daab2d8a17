"""Storms: many things at once, in any order, with the faults that machines have."""
