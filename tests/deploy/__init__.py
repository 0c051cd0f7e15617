"""The files of deploy/, checked and tried on this machine: `python -m tests.deploy`."""
