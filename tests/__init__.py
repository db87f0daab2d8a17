"""Tests of Charthouse; each directory says what kind."""
