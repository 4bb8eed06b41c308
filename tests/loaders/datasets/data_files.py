class DataFilesPatternsDict(dict):
    @classmethod
    def from_patterns(cls, patterns):
        return cls(patterns)
