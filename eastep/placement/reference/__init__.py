"""The algorithms in plain Python, a file each, short enough to be checked by reading.

The kernels must agree with them.
"""
