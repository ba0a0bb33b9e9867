"""What does a query of Logs Insights find? The part of the language that is in use here."""
