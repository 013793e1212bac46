"""The jobs, blocking and cancellable."""
