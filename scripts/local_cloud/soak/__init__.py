"""Many mails through real parts while things go wrong by a plan, and an account of each mail."""
