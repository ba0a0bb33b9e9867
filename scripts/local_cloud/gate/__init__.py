"""May this request come in? Signature, then IAM, then the rules of names and lengths."""
