"""`python -m fashion_course` is `fashion-course`."""

from fashion_course.kit.cli import main

if __name__ == "__main__":
    main()
