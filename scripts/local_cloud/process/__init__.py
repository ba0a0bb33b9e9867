"""The processes of a world: moto with our additions, and what runs beside it."""
