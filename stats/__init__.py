"""Numbers alone: proportions, survival, hearts, responses, escalation designs. Knows neither data nor screen."""
