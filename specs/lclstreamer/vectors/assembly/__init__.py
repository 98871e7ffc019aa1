"""Parts of the script that writes the scenarios of lclstreamer."""
