"""`python -m congbhyt.commands` is `congbhyt`."""

from congbhyt.commands import main

main()
