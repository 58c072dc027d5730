"""Questions of people, as tickets with their clocks."""
