"""CloudWatch's metrics by the minute of the world's clock, and the alarms that watch them.

By hand, because moto keeps values and alarms, but evaluates neither alarms nor metric math.
"""
