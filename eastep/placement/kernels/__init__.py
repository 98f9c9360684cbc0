"""The algorithms of `reference` as machine code, for large markets, a file each.

To import one of the files loads Numba, which takes about half a second; this package alone does not.
"""

LARGE = 50_000
"""From so many students on the kernels are used.

To load Numba and the kernels takes about 0.6 s in each process, and ten seconds or more the first time on a
machine. So plain Python is the faster way from start to end up to about 50,000 students where scores differ
by application and quotas are nested, and up to some 200,000 with one score
(``python -m bench.placement --fresh 40000``).
"""
