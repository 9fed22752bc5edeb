"""The trusted side: compares observations, gives verdicts and points."""
