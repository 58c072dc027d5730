"""The history room: every change is an event, told to the rooms above and to open browsers."""
