"""`python -m econ` is the command `econ`."""

from econ.cli import main

if __name__ == "__main__":
    main()
