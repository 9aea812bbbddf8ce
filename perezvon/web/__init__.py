"""The shared surface: layout, components, slots, live push. Knows no business room."""
