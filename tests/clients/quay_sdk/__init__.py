"""quayio-sdk, the Python client generated from Quay's own description of its REST API, against /api/v1."""
