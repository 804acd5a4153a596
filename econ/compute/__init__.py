"""How work is spread over cores."""
