"""What grows with a site, measured: make scale; the results are in docs/scale.md.

Each case (the files that have a CASE) makes files or members of growing number, and finds how what they cost grows: as an exponent
(fit.py), or as figures at a size that is large. Each says what is bounded (bounds.py); the command fails when one is above its bound.
"""
