import sys

from pivotino.sandbox.server import main

main(sys.argv[1:])
