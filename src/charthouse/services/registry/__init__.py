"""The registry: manifests, tags, blobs and uploads, and who may reach them."""
