"""Tests of autograder.exports."""
