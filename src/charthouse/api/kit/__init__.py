"""What the wire formats share: the route table, ASGI helpers, request ids."""
