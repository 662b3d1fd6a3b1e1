"""Pages compose figures and controls. Nothing here computes."""
