"""Who comes in, and what leaves: the walls before every request, sign-in and visits, files on their way to a reader."""
