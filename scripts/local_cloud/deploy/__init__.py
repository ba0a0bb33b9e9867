"""What Terraform makes in a world, and what an operator adds after the apply."""
