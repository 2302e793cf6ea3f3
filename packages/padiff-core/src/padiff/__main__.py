"""`python -m padiff`: the same as the console command `padiff`."""

from padiff.cli import main

main()
