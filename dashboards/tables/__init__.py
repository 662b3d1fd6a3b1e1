"""Tables compute: from runs to the numbers that a page shows. Nothing here draws."""
