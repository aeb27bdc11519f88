"""``python -m evaluatie``."""

from evaluatie.cli import main

# worker processes import this module again under another name; they must not start a command
if __name__ == "__main__":
    main(prog_name="evaluatie")
