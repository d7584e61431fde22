"""Everything behind ``make demo``: one process that starts, watches and stops the others.

Standard library only, so that it is up at once; what needs Django runs in processes of its own.
"""
