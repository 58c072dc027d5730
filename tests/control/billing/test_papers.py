"""Invoices, receipts and credit notes: numbered without a gap, printed once, never changed."""

import pytest

pytestmark = pytest.mark.usefixtures("control")
