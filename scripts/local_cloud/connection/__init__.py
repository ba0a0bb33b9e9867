"""How one part reaches another: addresses, certificates, HTTP servers, signed clients of AWS."""
