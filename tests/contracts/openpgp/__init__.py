"""The contract of OpenPGP, with keys and signatures of the real GnuPG."""
