"""Wrong answers to `train_capstone`."""

from autograder.mistakes.siblings import prints_its_result

prints_its_result("train_capstone", see="04_cnn#adamw-and-its-schedule")
