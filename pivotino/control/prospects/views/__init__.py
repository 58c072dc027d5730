"""What the public and programs ask of this room."""
