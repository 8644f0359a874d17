"""Makes workers mortal (see ``mortal``) that start with this folder and its parent in PYTHONPATH.

Workers of all executors are processes that multiprocessing spawns; all others are left alone.
"""

import sys

if any("spawn_main" in word for word in sys.orig_argv):
    import mortal

    from fitscan.executors import process_pool
    from fitscan.worker import run as worker

    worker.run = process_pool.run = mortal.run
