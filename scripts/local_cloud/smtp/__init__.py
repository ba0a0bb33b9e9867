"""SMTP of one world, by aiosmtpd: mail that clients send in, and mail that credentials send out."""
