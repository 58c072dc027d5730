"""The wall between customers: which instance work is in, and the few verbs with which both planes meet."""

from pivotino.tenancy.context import (
    MidTransaction,
    NoInstance,
    WrongInstance,
    atomic,
    current,
    current_or_none,
    inside,
    stay,
)

__all__ = ["MidTransaction", "NoInstance", "WrongInstance", "atomic", "current", "current_or_none", "inside", "stay"]
