"""Running it for one company on a machine of its own: the first run, and whether the machine is fit."""
