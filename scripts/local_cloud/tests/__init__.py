"""The tests, by pytest. Each has its own fork of one moto."""
