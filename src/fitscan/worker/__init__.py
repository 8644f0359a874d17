"""What a worker runs: a request in bytes in, a response in bytes out."""
