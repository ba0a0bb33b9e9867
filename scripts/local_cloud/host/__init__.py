"""The parts of AWS that run things: the Lambda service, the pipe, the pollers, inbound mail."""
