"""`python -m congbhyt` is `congbhyt`, for where scripts are not on the path."""

from congbhyt.commands import main

main()
