"""Measure how long whole runs take, and what pyhf takes on one core.

``run`` makes a trial and ``pyhf_time`` times pyhf, both in processes of their own; ``conditions``
says where and when, ``phases`` on what the time went. What they give are the records of
``fitscan.benchmark``.
"""
