"""Legal holds, compelled disclosure, breaches."""
