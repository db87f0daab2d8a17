"""OpenPGP by Sequoia (pysequoia), in a process of its own."""
