"""One desk for everything residents submit: queue, decision, reasons, reports and the public log."""
