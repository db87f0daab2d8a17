"""The table of keys: one file an area, each with the area's part of Settings and the keys that fill it.

A key is written down once (``Key``): name, kind of value, meaning, field of Settings, Quay's default, since which
version of Quay. Docs, JSON schema, checks and the loader follow from it. Our own default is the field's.

**To honour a key**: give it a ``field`` (most have one already) and delete its ``status=`` line. Do it in the commit
whose code reads the field, then run ``make docs``. Until then it is ``Inert`` (no effect: warned about at start) or, when
ignoring it would leave something unprotected, ``only(value, why)`` (any other value refuses the start).
"""
