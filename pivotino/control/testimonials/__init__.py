"""What customers say of us, published only as they said yes to."""
