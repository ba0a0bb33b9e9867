"""Google as far as this system sees it: a token endpoint and Gmail's import, with their moods."""
