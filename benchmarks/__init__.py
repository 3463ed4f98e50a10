"""The figures the portal promises, measured side by side in one run: `python -m benchmarks`."""
