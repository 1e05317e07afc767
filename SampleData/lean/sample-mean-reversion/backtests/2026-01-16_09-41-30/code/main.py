# Made up: stands for the project's code.
