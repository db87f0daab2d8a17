"""Running digests whose state can be kept between requests."""
