"""The parts of a blob engine that no other engine shares."""
