"""Engines that keep the bytes of blobs: a directory, object stores."""
