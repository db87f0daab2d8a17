"""What the API says of itself: OpenAPI 3.1, Swagger 2.0, and a page to read."""
