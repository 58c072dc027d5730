"""What of the history an export leaves out: words for the search are made anew, news for browsers has passed."""

from pivotino.tenancy.packing.registry import leave_out, passing

leave_out("history.searchdoc")
passing("history.outbox")
