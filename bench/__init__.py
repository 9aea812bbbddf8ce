"""The benchmark: ``make bench`` builds a big company, runs the real processes and measures them.

Every figure stands beside the raw limit of the same work, measured in the same run on the same data.
"""
