"""`global` and `scrape_configs`."""

from __future__ import annotations

from tests.prometheus.mutations.table import Section, add, bad, good

INTERVAL, TIMEOUT, BODY = "scrape_interval: 15s", "scrape_timeout: 10s", "body_size_limit: 15MB"

GLOBAL = Section(
    "global",
    """\
global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 30s
  rule_query_offset: 0s
  query_log_file: query.log
  scrape_failure_log_file: fail.log
  body_size_limit: 15MB
  sample_limit: 1500
  target_limit: 30
  label_limit: 30
  label_name_length_limit: 200
  label_value_length_limit: 200
  keep_dropped_targets: 5
  scrape_native_histograms: true
  scrape_protocols: [PrometheusProto, PrometheusText0.0.4]
  external_labels:
    monitor: codelab
  # +
""",
    (
        # The timeout is not greater than the interval, whatever is left to defaults.
        bad(TIMEOUT, "scrape_timeout: 16s", "timeout_within_interval"),
        good(TIMEOUT, "scrape_timeout: 15s"),
        bad(INTERVAL, "scrape_interval: 5s", "timeout_within_interval", TIMEOUT),
        good(INTERVAL, "scrape_interval: 10s"),
        bad(f"{INTERVAL}\n  {TIMEOUT}", "scrape_timeout: 61s", "timeout_within_interval"),
        good(f"{INTERVAL}\n  {TIMEOUT}", "scrape_timeout: 60s"),
        good(f"{INTERVAL}\n  {TIMEOUT}", "scrape_interval: 5s"),
        good(INTERVAL, "scrape_interval: 0s"),
        good(TIMEOUT, "scrape_timeout: 0"),
        # <duration>
        bad(INTERVAL, "scrape_interval: 15", "KS0411"),
        bad(INTERVAL, "scrape_interval: 1.5h", "KS0411"),
        bad(INTERVAL, "scrape_interval: 30s1m", "KS0411"),
        bad(INTERVAL, "scrape_interval: 90min", "KS0411"),
        bad(INTERVAL, "scrape_interval: 90000000us", "KS0411"),
        bad(INTERVAL, "scrape_interval: 1m 30s", "KS0411"),
        bad(INTERVAL, "scrape_interval: 15S", "KS0411"),
        bad(INTERVAL, 'scrape_interval: ""', "KS0411"),
        bad(INTERVAL, "scrape_interval: -15s", "KS0411"),
        bad(INTERVAL, "scrape_interval: [15s]", "KS0401"),
        good(INTERVAL, "scrape_interval: 1h30m"),
        good(INTERVAL, "scrape_interval: 1y2w3d4h5m6s7ms"),
        good(INTERVAL, "scrape_interval: 90000ms"),
        bad("evaluation_interval: 30s", "evaluation_interval: 30x", "KS0411"),
        bad("rule_query_offset: 0s", "rule_query_offset: soon", "KS0411"),
        # <size>: a unit is required
        bad(BODY, "body_size_limit: 100", "KS0411"),
        bad(BODY, "body_size_limit: 15mb", "KS0411"),
        bad(BODY, "body_size_limit: 15M", "KS0411"),
        bad(BODY, "body_size_limit: 15 MB", "KS0411"),
        bad(BODY, "body_size_limit: -15MB", "KS0411"),
        good(BODY, "body_size_limit: 0"),
        good(BODY, "body_size_limit: 100B"),
        good(BODY, "body_size_limit: 15MiB"),
        good(BODY, "body_size_limit: 1.5GB"),
        # <int>
        bad("sample_limit: 1500", "sample_limit: -1", "KS0402"),
        bad("sample_limit: 1500", "sample_limit: many", "KS0401"),
        good("sample_limit: 1500", "sample_limit: 0"),
        bad("target_limit: 30", "target_limit: 1e", "KS0401"),
        bad("keep_dropped_targets: 5", "keep_dropped_targets: -5", "KS0402"),
        # <boolean>
        bad("histograms: true", "histograms: maybe", "KS0401", "maybe"),
        good("histograms: true", "histograms: false"),
        # protocols: known, each once, at least one
        bad(
            "scrape_protocols: [PrometheusProto, PrometheusText0.0.4]",
            "scrape_protocols: []",
            "has_protocols",
        ),
        bad("PrometheusText0.0.4]", "PrometheusText0.0.5]", "KS0409"),
        bad("PrometheusText0.0.4]", "prometheustext0.0.4]", "KS0409"),
        bad("PrometheusText0.0.4]", "PrometheusProto]", "protocols_are_unique"),
        good("PrometheusText0.0.4]", "PrometheusText1.0.0, OpenMetricsText1.0.0]"),
        # label names, by the scheme
        bad("monitor: codelab", '"": codelab', "KS0407"),
        bad("monitor: codelab", "monitor: [codelab]", "KS0401"),
        good("monitor: codelab", "k8s.cluster: codelab"),
        add("metric_name_validation_scheme: legacy"),
        bad(
            "monitor: codelab\n",
            "k8s.cluster: codelab\n  metric_name_validation_scheme: legacy\n",
            "legacy_labels",
            "k8s.cluster",
        ),
        bad(
            "monitor: codelab\n",
            "2nd: codelab\n  metric_name_validation_scheme: legacy\n",
            "legacy_labels",
            "2nd",
        ),
        add('metric_name_validation_scheme: ""'),
        add("metric_name_validation_scheme: UTF-8", "KS0409"),
        add("metric_name_escaping_scheme: dots"),
        add("metric_name_escaping_scheme: underscore", "KS0409"),
        # nothing else, and nothing twice
        add("scrape_intervall: 15s", "KS0403"),
        add("scrape_classic_histograms: true", "KS0403"),
        bad("global:", "globals:", "KS0403"),
        add("target_limit: 31", "KS0405"),
    ),
)

JOBS = Section(
    "scrape_configs",
    """\
global:
  scrape_interval: 30s
  scrape_timeout: 20s
scrape_configs:
  - scrape_interval: 15s
    scrape_timeout: 10s
    job_name: first
    metrics_path: /metrics
    scheme: https
    honor_labels: true
    params:
      module: [http_2xx]
    fallback_scrape_protocol: PrometheusText0.0.4
    scrape_protocols: [PrometheusText1.0.0, PrometheusText0.0.4]
    native_histogram_bucket_limit: 100
    native_histogram_min_bucket_factor: 1.1
    body_size_limit: 10MB
    # +
  - honor_timestamps: false
    job_name: second
    static_configs:
      - targets: ["localhost:9090", "[::1]:9100"]
        labels:
          env: prod
""",
    (
        bad(
            "job_name: second",
            "job_name: first",
            "KS0412",
            "honor_timestamps: false\n    job_name: first",
        ),
        good("job_name: second", "job_name: First"),
        bad("job_name: first", 'job_name: ""', "has_job_name"),
        bad("job_name: first", "job_name:", "has_job_name", "job_name:\n"),
        bad("job_name: second", "honor_labels: false", "has_job_name", "- honor_timestamps"),
        bad("job_name: first", "job_name: {a: b}", "KS0401"),
        bad("scrape_timeout: 10s", "scrape_timeout: 16s", "timeout_within_interval"),
        good("scrape_timeout: 10s", "scrape_timeout: 15s"),
        bad(
            "- scrape_interval: 15s\n    scrape_timeout: 10s",
            "- scrape_timeout: 31s",
            "timeout_within_interval",
        ),
        good("- scrape_interval: 15s\n    scrape_timeout: 10s", "- scrape_timeout: 30s"),
        good("- scrape_interval: 15s\n    scrape_timeout: 10s", "- scrape_interval: 5s"),
        bad(
            "- scrape_interval: 15s\n    scrape_timeout: 10s",
            "- scrape_interval: 0s\n    scrape_timeout: 31s",
            "timeout_within_interval",
        ),
        good("- scrape_interval: 15s", "- scrape_interval: 0s"),
        bad("scheme: https", "scheme: ftp", "KS0409"),
        bad("scheme: https", "scheme: https://", "KS0409"),
        good("scheme: https", "scheme: http"),
        bad("honor_labels: true", "honor_labels: 2", "KS0401"),
        good("honor_labels: true", "honor_labels: no"),
        bad("module: [http_2xx]", "module: http_2xx", "KS0401"),
        good("module: [http_2xx]", "module: [http_2xx, icmp]"),
        bad(
            "fallback_scrape_protocol: PrometheusText0.0.4",
            "fallback_scrape_protocol: PrometheusText",
            "KS0409",
        ),
        good("fallback_scrape_protocol: PrometheusText0.0.4", 'fallback_scrape_protocol: ""'),
        bad(
            "scrape_protocols: [PrometheusText1.0.0, PrometheusText0.0.4]",
            "scrape_protocols: []",
            "has_protocols",
        ),
        bad(
            "[PrometheusText1.0.0, PrometheusText0.0.4]",
            "\n      - PrometheusText1.0.0\n      - PrometheusProto\n      - PrometheusText1.0.0 #",
            "protocols_are_unique",
            "- PrometheusText1.0.0 #",
        ),
        good("[PrometheusText1.0.0, PrometheusText0.0.4]", "[PrometheusProto]"),
        bad("bucket_limit: 100", "bucket_limit: -1", "KS0402"),
        bad("bucket_factor: 1.1", "bucket_factor: wide", "KS0401"),
        bad("body_size_limit: 10MB", "body_size_limit: 10", "KS0411"),
        add("scrape_classic_histograms: true", "KS0403"),
        add("metric_relabel_config: []", "KS0403"),
        add("always_scrape_classic_histograms: true"),
        add("extra_scrape_metrics: true"),
        # `allow-utf-8` needs the scheme `utf8`.
        add("metric_name_validation_scheme: legacy"),
        add("metric_name_escaping_scheme: allow-utf-8"),
        add(
            "metric_name_escaping_scheme: allow-utf-8\n    metric_name_validation_scheme: legacy",
            "escaping_fits",
            "scheme: allow-utf-8",
        ),
        add("metric_name_escaping_scheme: underscores\n    metric_name_validation_scheme: legacy"),
        bad(
            "  scrape_timeout: 20s",
            "  metric_name_validation_scheme: legacy\n  metric_name_escaping_scheme: allow-utf-8",
            "global_escaping_fits",
        ),
        good("  scrape_timeout: 20s", "  metric_name_validation_scheme: legacy"),
        good(
            "  scrape_timeout: 20s",
            "  metric_name_validation_scheme: legacy\n  metric_name_escaping_scheme: dots",
        ),
        # targets are host and port
        bad('"localhost:9090"', '"http://localhost:9090"', "targets_are_hosts"),
        bad('"localhost:9090"', '"localhost:9090/metrics"', "targets_are_hosts"),
        good('"localhost:9090"', '"localhost"'),
        good(
            '    static_configs:\n      - targets: ["localhost:9090"',
            "    relabel_configs:\n"
            "      - {source_labels: [__address__], target_label: __param_target}\n"
            '    static_configs:\n      - targets: ["http://localhost:9090/"',
        ),
        bad('targets: ["localhost:9090", "[::1]:9100"]', "targets: localhost:9090", "KS0401"),
        bad("env: prod", '"": prod', "KS0407"),
        bad("env: prod", "env: [prod]", "KS0401"),
        bad("        labels:", "        label:", "KS0403", "label:\n"),
        bad(
            '- targets: ["localhost:9090", "[::1]:9100"]\n        labels:\n          env: prod',
            "-",
            "KS0406",
            "static_configs:\n      -",
        ),
    ),
)

SECTIONS = (GLOBAL, JOBS)
