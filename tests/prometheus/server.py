"""A program that lives on a Prometheus configuration: says which jobs it scrapes when asked.

    python server.py STATE SCHEMA.ks

A line in (a job's name) is answered by a line: the labels that its relabelling reads.
"""

from __future__ import annotations

import sys

import kestrel


def main(state: str, schema: str) -> None:
    prometheus = kestrel.load(schema).schema("Prometheus")
    with kestrel.Runtime.open(state, schema=prometheus) as runtime:
        print("ready", flush=True)
        for line in sys.stdin:
            with runtime.read() as config:
                print(" ".join(labels(config, line.strip())), flush=True)


def labels(config: kestrel.Snapshot, name: str) -> list[str]:
    """The labels that the relabelling of a job reads, in order; none without the job."""
    jobs = [job for job in config.scrape_configs if job.job_name == name]
    return [label for job in jobs for step in job.relabel_configs for label in step.source_labels]


if __name__ == "__main__":
    main(*sys.argv[1:])
