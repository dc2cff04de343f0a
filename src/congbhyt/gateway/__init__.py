"""The door for machines: decodes the official wire protocol, calls one domain function, encodes."""
