"""In which bucket an instance lives, and moving it to another one."""
