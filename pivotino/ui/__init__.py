"""How everything looks: tokens, components, layouts, behaviours and their gallery."""
