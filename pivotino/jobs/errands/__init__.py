"""The part of the jobs that lies in each instance's own database: work that was decided there and is not done yet."""
