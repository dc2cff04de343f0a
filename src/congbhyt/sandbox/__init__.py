"""A synthetic country for trying the system out: nobody in it can exist."""
