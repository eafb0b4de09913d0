"""The policy: definitions, content types, guards, rules and imports for Thai indicators."""
