"""Charts: what is inside of a version, and what changed from one to another."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import page

_VERSION = "/{repository}/-/tags/{tag}"

ROUTES = (
    page(f"{_VERSION}/values", "chart_values", Permission.READ, "Show a chart's values, found by words"),
    page(f"{_VERSION}/schema", "chart_schema", Permission.READ, "Show what a chart's values must be"),
    page(f"{_VERSION}/templates", "chart_templates", Permission.READ, "Show a chart's templates"),
    page(f"{_VERSION}/files", "chart_files", Permission.READ, "Show a chart's files"),
    page(f"{_VERSION}/raw", "chart_raw", Permission.READ, "Send a file of a chart as it is"),
    page("/{repository}/-/compare", "compare_choice", Permission.READ, "Choose two versions of a chart"),
    page(
        "/{repository}/-/compare/{versions}",
        "compare",
        Permission.READ,
        "Tell what changed between two versions",
    ),
)
