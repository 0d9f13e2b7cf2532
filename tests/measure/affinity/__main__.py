"""The command: see --help."""
from .command import main

main()
