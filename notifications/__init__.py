"""Letters and their delivery. So far: the kinds that definitions may owe, and reminders."""
