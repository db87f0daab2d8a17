"""Reading charts: a library for bytes that strangers send. It does no I/O and imports nothing else of Charthouse.

What Helm does was read from Helm 3.22 and 4.3; where they would fail, ``ChartInvalid`` says what, where and what to do.
"""
