"""Checks breaks.json as make.R left it against loops from the definitions, and adds Bai and Perron's tests to it."""

import sys

sys.path.insert(0, "../breaks-shared")
import slow

slow.run()
