"""Basic credentials: what docker and helm send with a name, and the kinds of secret that there are.

``dispatch`` finds the kind by the name; each kind is a file of its own. A kind is added by a file here and a line
in the composition root.
"""
