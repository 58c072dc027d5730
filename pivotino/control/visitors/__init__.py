"""Who looks at the public pages, as far as they agreed, and what they agreed to."""
