"""What several suites share: fakes, and real servers."""
