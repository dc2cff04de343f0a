"""From bytes to rows: envelopes, encodings, base64 and the documents inside; everything is treated as hostile."""
