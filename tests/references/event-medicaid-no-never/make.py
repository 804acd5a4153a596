"""Medicaid expansions without the states that never expanded: the script of event-medicaid, in this folder."""

import runpy

runpy.run_path("../event-medicaid/make.py")
