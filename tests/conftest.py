"""In CI the examples that hypothesis draws are the same each time; elsewhere it goes on searching.

The tables of the tests are small: more than one thread of linear algebra would only wait for the others.
"""

import os

from hypothesis import settings
from threadpoolctl import threadpool_limits

threadpool_limits(limits=1, user_api="blas")

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "search")
