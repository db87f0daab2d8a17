"""docs/quay-compatibility.md: what of Quay is the same here, what differs, what is not there."""
