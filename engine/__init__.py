"""The mechanism: definitions, decisions, the one write path, the audit trail.

It knows no indicator, no letter text and no screen.
"""
