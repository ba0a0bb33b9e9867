"""Queries of CloudWatch Logs Insights, as far as the saved queries use the language.

By hand, because moto's parser knows only `fields`, `sort` and `limit`, and no other library has the
language.
"""
