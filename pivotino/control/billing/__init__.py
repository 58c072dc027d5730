"""What an instance costs, what it owes, and what happens when it is not paid."""
