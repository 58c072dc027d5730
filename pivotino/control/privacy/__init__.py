"""Our word, kept: the policy and the terms, who works for us, and the promises with their proof."""
