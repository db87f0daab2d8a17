"""What the services need of the outside world: small protocols, a noun each. Engines implement them."""
