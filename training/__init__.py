"""How the shipped models are made: `python -m training.train --help`."""
