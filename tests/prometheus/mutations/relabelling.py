"""Relabelling, and the names that the `legacy` scheme lets it write."""

from __future__ import annotations

from tests.prometheus.mutations.table import Section, bad, good

RELABEL = Section(
    "relabel_configs",
    """\
scrape_configs:
  - job_name: node
    relabel_configs:
      - source_labels: [__address__, job]
        separator: ";"
        regex: (.+)(?::\\d+);(\\d+)
        replacement: $1:$2
        target_label: __address__
      - source_labels: [__address__]
        modulus: 8
        action: hashmod
        target_label: __tmp_hash
      - action: labelmap
        regex: __meta_kubernetes_pod_label_(.+)
        # in labelmap
      - action: labeldrop
        regex: tmp_.*
        # in labeldrop
      - action: labelkeep
        regex: .+
        # in labelkeep
      - source_labels: [pod]
        target_label: instance
        action: keepequal
        # in keepequal
      - source_labels: [pod]
        target_label: other
        action: dropequal
        # in dropequal
      - source_labels: [pod]
        target_label: pod
        action: lowercase
        # in lowercase
      - source_labels: [node]
        target_label: node
        action: uppercase
        # in uppercase
      - source_labels: [__tmp_hash]
        regex: 1
        action: keep
        # in keep
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: expensive_.*
        action: drop
""",
    (
        # actions: known, in any case, never null
        bad("action: drop\n", "action: discard\n", "KS0409"),
        bad("action: drop\n", "action: null\n", "KS0406"),
        bad("action: drop\n", 'action: ""\n', "KS0409"),
        good("action: drop\n", "action: DROP\n"),
        good("action: drop\n", "action: Keep\n"),
        # target_label
        bad(
            "        target_label: __address__\n",
            "",
            "action_has_target",
            "- source_labels: [__address__, job]",
        ),
        bad("target_label: __address__", 'target_label: ""', "action_has_target"),
        bad("        target_label: __tmp_hash\n", "", "action_has_target", "action: hashmod"),
        bad("        target_label: instance\n", "", "action_has_target", "action: keepequal"),
        bad("        target_label: other\n", "", "action_has_target", "action: dropequal"),
        bad("        target_label: pod\n", "", "action_has_target", "action: lowercase"),
        bad("        target_label: node\n", "", "action_has_target", "action: uppercase"),
        good("target_label: __address__", "target_label: ${1}"),
        good("target_label: __address__", "target_label: k8s.address"),
        good("# in keep\n", "target_label: unused\n"),
        # modulus
        bad("        modulus: 8\n", "", "hashmod_has_modulus", "action: hashmod"),
        bad("modulus: 8", "modulus: 0", "hashmod_has_modulus"),
        bad("modulus: 8", "modulus: -8", "KS0402"),
        bad("modulus: 8", "modulus: eight", "KS0401"),
        good("modulus: 8", "modulus: 1"),
        # regular expressions of RE2
        bad("regex: expensive_.*", "regex: expensive_(.*", "KS0411"),
        bad("regex: expensive_.*", "regex: expensive_)", "KS0411"),
        bad("regex: expensive_.*", "regex: '[a-'", "KS0411"),
        bad("regex: expensive_.*", "regex: '*'", "KS0411"),
        bad("regex: expensive_.*", "regex: a**", "KS0411"),
        bad("regex: expensive_.*", "regex: (?=a)", "KS0411"),
        bad("regex: expensive_.*", "regex: (?<!a)", "KS0411"),
        bad("regex: expensive_.*", "regex: (a)\\1", "KS0411"),
        bad("regex: expensive_.*", "regex: a{1001}", "KS0411"),
        bad("regex: expensive_.*", "regex: '[z-a]'", "KS0411"),
        bad("regex: expensive_.*", "regex: \\y", "KS0411"),
        bad("regex: expensive_.*", "regex: [a, b]", "KS0401"),
        good("regex: expensive_.*", "regex: (?i)\\bgo_(\\pL+|[[:digit:]]+)\\Q.*\\E(?P<n>x){2,5}?"),
        good("regex: expensive_.*", "regex: a{,2}|{x}|[a-b-c]"),
        good("regex: expensive_.*", "regex:"),
        # labelmap
        bad("# in labelmap\n", 'replacement: ""\n', "labelmap_has_replacement"),
        good("# in labelmap\n", "replacement: k8s_$1\n"),
        # lowercase, uppercase
        bad("# in lowercase\n", "replacement: bar\n", "case_keeps_replacement"),
        bad("# in uppercase\n", "replacement: bar\n", "case_keeps_replacement"),
        good("# in lowercase\n", "replacement: $1\n"),
        good("# in uppercase\n", "regex: a.*\n"),
        # keepequal, dropequal
        bad("# in keepequal\n", "regex: foo\n", "equal_takes_no_regex"),
        bad("# in keepequal\n", "modulus: 9\n", "equal_takes_no_modulus"),
        bad("# in keepequal\n", 'separator: ","\n', "equal_takes_no_separator"),
        bad("# in keepequal\n", "replacement: foo\n", "equal_takes_no_replacement"),
        bad("# in dropequal\n", "regex: foo\n", "equal_takes_no_regex"),
        bad("# in dropequal\n", 'separator: ","\n', "equal_takes_no_separator"),
        good("# in keepequal\n", 'separator: ";"\n'),
        good("# in dropequal\n", "replacement: $1\n"),
        # labeldrop, labelkeep
        bad("# in labeldrop\n", "source_labels: [a]\n", "names_take_no_source"),
        bad("# in labeldrop\n", "target_label: yolo\n", "names_take_no_target"),
        bad("# in labeldrop\n", "modulus: 9\n", "names_take_no_modulus"),
        bad("# in labeldrop\n", 'separator: ","\n', "names_take_no_separator"),
        bad("# in labeldrop\n", "replacement: yolo\n", "names_take_no_replacement"),
        bad("# in labelkeep\n", "source_labels: [a]\n", "names_take_no_source"),
        bad("# in labelkeep\n", "target_label: yolo\n", "names_take_no_target"),
        bad("# in labelkeep\n", "modulus: 9\n", "names_take_no_modulus"),
        bad("# in labelkeep\n", 'separator: ","\n', "names_take_no_separator"),
        bad("# in labelkeep\n", "replacement: yolo\n", "names_take_no_replacement"),
        good("# in labeldrop\n", "replacement: $1\n"),
        good("# in labelkeep\n", "modulus: 0\n"),
        # labels, members
        bad("source_labels: [__name__]", "source_labels: __name__", "KS0401"),
        bad("source_labels: [__name__]", 'source_labels: [""]', "KS0407"),
        good("source_labels: [__name__]", "source_labels: [k8s.pod]"),
        bad("# in keep\n", "source_label: [a]\n", "KS0403"),
        bad(
            "- source_labels: [__name__]\n        regex: expensive_.*\n        action: drop",
            "-",
            "KS0406",
            "metric_relabel_configs:\n      -",
        ),
    ),
)

LEGACY = Section(
    "legacy names",
    """\
global:
  metric_name_validation_scheme: legacy
alerting:
  alert_relabel_configs:
    - {source_labels: [a], target_label: b}
  alertmanagers:
    - relabel_configs:
        - target_label: c
          replacement: x
      alert_relabel_configs:
        - target_label: d
          replacement: x
remote_write:
  - url: http://remote/push
    write_relabel_configs:
      - target_label: e
        replacement: x
scrape_configs:
  - job_name: node
    relabel_configs:
      - action: labelmap
        replacement: f_$1
      - target_label: g_${1}
        source_labels: [a]
      - target_label: h
        action: lowercase
    metric_relabel_configs:
      - target_label: i
        action: hashmod
        modulus: 2
  - job_name: other
    metric_name_validation_scheme: utf8
    relabel_configs:
      - target_label: any.thing
        replacement: x
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
""",
    (
        bad("target_label: b}", "target_label: b.b}", "legacy_alerts"),
        bad("target_label: c", "target_label: c.c", "legacy_alertmanagers"),
        bad("target_label: d", "target_label: d-d", "legacy_alertmanagers"),
        bad("target_label: e", "target_label: e.e", "legacy_remote_write"),
        bad("replacement: f_$1", "replacement: f.$1", "legacy_relabelling"),
        bad("target_label: g_${1}", "target_label: g-${1}", "legacy_relabelling"),
        bad("target_label: g_${1}", "target_label: 9${1}", "legacy_relabelling"),
        good("target_label: g_${1}", "target_label: $name_x${2}y"),
        bad("target_label: h", "target_label: h$1", "legacy_relabelling"),
        good("target_label: h", "target_label: _h2"),
        bad("target_label: i", "target_label: 2i", "legacy_metric_relabelling"),
        good("target_label: any.thing", "target_label: any-thing"),
        bad(
            "metric_name_validation_scheme: utf8",
            "honor_labels: true",
            "legacy_relabelling",
            "target_label: any.thing",
        ),
        bad(
            "strategy: UnderscoreEscapingWithSuffixes",
            "strategy: NoTranslation",
            "translation_fits",
        ),
        bad(
            "strategy: UnderscoreEscapingWithSuffixes",
            "strategy: NoUTF8EscapingWithSuffixes",
            "translation_fits",
        ),
        good(
            "strategy: UnderscoreEscapingWithSuffixes",
            "strategy: UnderscoreEscapingWithoutSuffixes",
        ),
        good("validation_scheme: legacy\n", "validation_scheme: utf8\n"),
    ),
)

SECTIONS = (RELABEL, LEGACY)
