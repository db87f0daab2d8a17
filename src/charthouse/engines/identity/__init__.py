"""Other systems that say who somebody is."""
