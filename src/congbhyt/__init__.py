"""CongBHYT: the data-reception portal of the health-insurance assessment system, in the open."""

__version__ = "0.1.0"
