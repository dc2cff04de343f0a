"""Every rule of the checker: what it is called, whose it is, when it holds, how it speaks, and how it is tried."""
