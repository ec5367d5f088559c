"""Red Flask: start here. `python bot.py` runs the bot; `python bot.py --help` lists the other words."""

import sys

from bot.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
