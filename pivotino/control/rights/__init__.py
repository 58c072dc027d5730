"""What people may demand of us: access, correction, erasure, objection, restriction, portability."""
