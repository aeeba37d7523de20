"""The platform in a real browser: Chromium opens every page, and every page it opens is looked at well."""
