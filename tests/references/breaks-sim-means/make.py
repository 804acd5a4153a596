"""Checks breaks.json as make.R left it against loops from the definitions and, for the numbers of breaks that are too
many to try, against the dynamic programme of ruptures; adds Bai and Perron's tests to it."""

import sys
from importlib.metadata import version

sys.path.insert(0, "../breaks-shared")
import ruptures
import slow


def dynamic_programme(values, y, X, tables):
    for case in values["cases"]:
        if case["kind"] == "partition":
            fit = ruptures.Dynp(model="l2", min_size=case["h"], jump=1).fit(y.reshape(-1, 1))
            for model in case["models"][1:]:
                assert fit.predict(model["m"])[:-1] == model["breaks"], (case["h"], model["m"])
    values["source"] += ", ruptures " + version("ruptures")


slow.run(after=dynamic_programme)
