"""CloudWatch's metrics by the minute of the world's clock, and the alarms that watch them."""
