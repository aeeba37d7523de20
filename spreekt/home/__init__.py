"""The pages that belong to no module: home, a resident's own overview, the staff console, statements, health."""
