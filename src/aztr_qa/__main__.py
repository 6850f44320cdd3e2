"""`python -m aztr_qa` is `aztr-qa`."""

from aztr_qa.cli import main

if __name__ == "__main__":
    main()
