"""One file a kind of page: what its templates are told, and what its forms do."""
