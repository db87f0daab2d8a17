"""Classic chart repositories: ``index.yaml`` with its packages, and the API of ChartMuseum."""
