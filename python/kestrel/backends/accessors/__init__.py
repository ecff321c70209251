"""Register accessors: code that reads and writes registers as their maps say."""
