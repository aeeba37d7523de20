"""Participatory budget: residents share out money over projects."""
