"""Alerting, OTLP, tracing, storage, and what stands at the top."""

from __future__ import annotations

from tests.prometheus.mutations.table import Section, add, bad, good

ALERTING = Section(
    "alerting",
    """\
alerting:
  alert_relabel_configs:
    - action: labeldrop
      regex: replica
  alertmanagers:
    - scheme: https
      api_version: v2
      path_prefix: /am
      timeout: 10s
      static_configs:
        - targets: ["1.2.3.4:9093"]
      # +
""",
    (
        bad("api_version: v2", "api_version: v1", "KS0409"),
        bad("api_version: v2", 'api_version: ""', "KS0409"),
        bad("scheme: https", "scheme: tcp", "KS0409"),
        bad("timeout: 10s", "timeout: 10", "KS0411"),
        bad('"1.2.3.4:9093"', '"http://1.2.3.4:9093"', "targets_are_hosts"),
        bad("regex: replica", "regex: replica\n      target_label: a", "names_take_no_target"),
        bad(
            "- action: labeldrop\n      regex: replica",
            "-",
            "KS0406",
            "alert_relabel_configs:\n    -",
        ),
        add("relabel_configs:\n        -", "KS0406", "      relabel_configs:\n        -"),
        add("alert_relabel_configs:\n        - action: keep"),
        add("alert_relabel_configs:\n        - regex: a", "action_has_target"),
        add("basic_auth: {username: a}"),
        add("sigv4: {region: a}"),
        add("basic_auth: {username: a}\n      sigv4: {region: a}", "one_identity"),
        add(
            "sigv4: {region: a}\n      authorization:\n        credentials: a",
            "one_identity",
            "authorization:",
        ),
        add("sigv4: {access_key: a}", "key_has_secret"),
        add("basic_auth: {}\n      oauth2: {client_id: a, token_url: b}", "one_authentication"),
        add("kubernetes_sd_configs: [{role: pod}]"),
        add("kubernetes_sd_configs: [{role: pods}]", "KS0409"),
        add("job_name: a", "KS0403"),
        bad("  alertmanagers:", "  alertmanager:", "KS0403"),
    ),
)

OTLP = Section(
    "otlp",
    """\
otlp:
  promote_resource_attributes: [service.name, service.version]
  translation_strategy: NoUTF8EscapingWithSuffixes
  keep_identifying_resource_attributes: true
  # +
""",
    (
        bad(
            "translation_strategy: NoUTF8EscapingWithSuffixes",
            "translation_strategy: Invalid",
            "KS0409",
        ),
        good("strategy: NoUTF8EscapingWithSuffixes", "strategy: NoTranslation"),
        good("strategy: NoUTF8EscapingWithSuffixes", 'strategy: ""'),
        add("promote_all_resource_attributes: true", "promotes_once"),
        add("promote_all_resource_attributes: false"),
        add("ignore_resource_attributes: [a]", "ignores_of_all"),
        bad(
            "promote_resource_attributes: [service.name, service.version]",
            "ignore_resource_attributes: [a]",
            "ignores_of_all",
        ),
        add("ignore_resource_attributes: []"),
        good(
            "promote_resource_attributes: [service.name, service.version]",
            "promote_all_resource_attributes: true\n  ignore_resource_attributes: [a]",
        ),
        bad(
            "promote_resource_attributes: [service.name, service.version]",
            "promote_all_resource_attributes: true\n  ignore_resource_attributes: [a, ' a']",
            "ignored_are_unique",
        ),
        bad(
            "promote_resource_attributes: [service.name, service.version]",
            "promote_all_resource_attributes: true\n  ignore_resource_attributes: ['']",
            "ignored_are_named",
        ),
        bad(
            "[service.name, service.version]",
            "\n    - a\n    - b\n    - ' a '",
            "promoted_are_unique",
        ),
        bad("[service.name, service.version]", "[a, ' ']", "promoted_are_named"),
        good("[service.name, service.version]", "[a, ' A ']"),
        bad(
            "[service.name, service.version]",
            "service.name",
            "KS0401",
            "promote_resource_attributes: service.name",
        ),
        add("convert_histograms_to_nhcb: yep", "KS0401"),
        add("label_name_underscore_sanitization: false"),
        add("promote_resource_attribute: [a]", "KS0403"),
    ),
)

TRACING = Section(
    "tracing",
    """\
tracing:
  client_type: grpc
  endpoint: localhost:4317
  sampling_fraction: 0.5
  headers:
    X-Tenant: a
  compression: gzip
  timeout: 5s
  tls_config:
    ca_file: ca.pem
    # tls
  # +
""",
    (
        bad("  endpoint: localhost:4317\n", "", "has_endpoint", "tracing:"),
        bad("endpoint: localhost:4317", 'endpoint: ""', "has_endpoint"),
        bad("client_type: grpc", "client_type: udp", "KS0409"),
        good("client_type: grpc", "client_type: http"),
        bad("sampling_fraction: 0.5", "sampling_fraction: 1.5", "fraction_in_range"),
        bad("sampling_fraction: 0.5", "sampling_fraction: -0.1", "fraction_in_range"),
        bad("sampling_fraction: 0.5", "sampling_fraction: half", "KS0401"),
        good("sampling_fraction: 0.5", "sampling_fraction: 1"),
        bad("X-Tenant: a", "Authorization: a", "no_authorization_header"),
        bad("X-Tenant: a", "Host: a", "own_headers"),
        bad("compression: gzip", "compression: snappy", "KS0409"),
        good("compression: gzip", 'compression: ""'),
        bad("timeout: 5s", "timeout: 5", "KS0411"),
        bad("# tls", "cert_file: a", "cert_has_key"),
        add("insecure: true"),
        add("protocol: grpc", "KS0403"),
    ),
)

STORAGE = Section(
    "storage",
    """\
storage:
  tsdb:
    out_of_order_time_window: 30m
    stale_series_compaction_threshold: 0.5
    chunk_encoding:
      floats: xor
    retention:
      time: 15d
      size: 512GB
      percentage: 28
  exemplars:
    max_exemplars: 100000
    # +
""",
    (
        bad("time: 15d", "time: -1h", "KS0411"),
        bad("time: 15d", "time: 15", "KS0411"),
        good("time: 15d", "time: 1y"),
        bad("size: 512GB", "size: 512", "KS0411"),
        bad("size: 512GB", "size: -1GB", "KS0411"),
        good("size: 512GB", "size: 512GiB"),
        bad("percentage: 28", "percentage: 101", "percentage_in_range"),
        bad("percentage: 28", "percentage: -1", "percentage_in_range"),
        bad("percentage: 28", "percentage: 28%", "KS0401"),
        good("percentage: 28", "percentage: 100"),
        good("percentage: 28", "percentage: 0.5"),
        bad("floats: xor", "floats: XOR", "KS0409"),
        bad("floats: xor", "floats: gorilla", "KS0409"),
        good("floats: xor", "floats: xor2"),
        good("floats: xor", 'floats: ""'),
        bad("out_of_order_time_window: 30m", "out_of_order_time_window: 0.5h", "KS0411"),
        good("out_of_order_time_window: 30m", "out_of_order_time_window: 0s"),
        bad("threshold: 0.5", "threshold: 1.5", "threshold_in_range"),
        bad("threshold: 0.5", "threshold: -0.5", "threshold_in_range"),
        good("threshold: 0.5", "threshold: 1"),
        bad("max_exemplars: 100000", "max_exemplars: some", "KS0401"),
        good("max_exemplars: 100000", "max_exemplars: -1"),
        add("min_exemplars: 1", "KS0403"),
        bad("  exemplars:", "  exemplar:", "KS0403"),
    ),
)

TOP = Section(
    "top level",
    """\
global:
runtime:
  gogc: 42
rule_files:
  - first.rules
  - my/*.rules
scrape_config_files:
  - jobs/*.yml
# +
""",
    (
        bad("gogc: 42", "gogc: fast", "KS0401"),
        good("gogc: 42", "gogc: -1"),
        bad("gogc: 42", "gomaxprocs: 2", "KS0403"),
        bad("- my/*.rules", "- '*/my.rules'", "valid_rule_files"),
        bad("- my/*.rules", "- 'my/*/*.rules'", "valid_rule_files"),
        good("- my/*.rules", "- /my/deep/*"),
        bad("- jobs/*.yml", "- '*/jobs.yml'", "valid_scrape_config_files"),
        good("- jobs/*.yml", "- jobs/a*.json"),
        bad("rule_files:\n  - first.rules\n  - my/*.rules", "rule_files: first.rules", "KS0401"),
        add("remote_write: {url: a}", "KS0401"),
        add("scrape_configs:\n  -", "KS0406", "scrape_configs:\n  -"),
        add("scrape_configs: []"),
        add("scrape_config: []", "KS0403"),
        add("targets: ['a:1']", "KS0403"),
        add("runtime: {}", "KS0405"),
        add("otlp:"),
        add('!!binary "/w==": a', "KS0416"),
    ),
)

SECTIONS = (ALERTING, OTLP, TRACING, STORAGE, TOP)
