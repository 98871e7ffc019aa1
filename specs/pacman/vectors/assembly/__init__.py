"""Parts of the script that writes the scenarios of PACMAN messages."""
