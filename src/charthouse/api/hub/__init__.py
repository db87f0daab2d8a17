"""What ``helm search hub`` asks: the search of Monocular, in whose place Helm now asks Artifact Hub."""
