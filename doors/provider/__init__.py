"""Sign-in by the account of an organisation's own service (OpenID Connect): its settings, questions to it, routes."""
