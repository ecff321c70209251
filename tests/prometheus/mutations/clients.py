"""Clients of HTTP, and the discoveries that are described."""

from __future__ import annotations

from tests.prometheus.mutations.table import Section, add, bad, good

UUID = "12345678-a883-48c6-bb5e-1bb5e1bb5e1b"

CLIENT = Section(
    "http client",
    """\
scrape_configs:
  - job_name: node
    follow_redirects: true
    enable_http2: false
    tls_config:
      ca_file: ca.pem
      cert_file: cert.pem
      key_file: key.pem
      server_name: node
      insecure_skip_verify: false
      min_version: TLS12
      max_version: TLS13
      # tls
    http_headers:
      X-Scope:
        values: [one]
        secrets: [two]
        files: [three]
    # +
""",
    (
        # one way to authenticate
        add("basic_auth: {username: a, password: b}"),
        add("basic_auth: {}"),
        add("authorization: {credentials: a}"),
        add("bearer_token: a"),
        add("bearer_token_file: a"),
        add("bearer_token: a\n    bearer_token_file: b", "one_authentication"),
        add("bearer_token_file: a\n    basic_auth: {username: b}", "one_authentication"),
        add("bearer_token: a\n    authorization: {credentials: b}", "one_authentication"),
        add("bearer_token: a\n    oauth2: {client_id: a, token_url: b}", "one_authentication"),
        add("basic_auth: {username: a}\n    authorization: {credentials: b}", "one_authentication"),
        add(
            "authorization:\n      credentials: b\n    basic_auth:\n      username: a",
            "one_authentication",
            "basic_auth:",
        ),
        add(
            "basic_auth: {username: a}\n    oauth2: {client_id: a, token_url: b}",
            "one_authentication",
        ),
        add("authorization: {}\n    oauth2: {client_id: a, token_url: b}", "one_authentication"),
        # one source for each credential
        add("basic_auth:\n      password: b\n      password_file: c", "one_password"),
        add("basic_auth:\n      password_file: b\n      password_ref: c", "one_password"),
        add("basic_auth:\n      username: a\n      password_file: c"),
        add("basic_auth:\n      username: a\n      username_file: c", "one_username"),
        add('basic_auth:\n      username: ""\n      username_file: c'),
        add("basic_auth:\n      user: a", "KS0403"),
        add("authorization:\n      credentials: b\n      credentials_file: c", "one_credential"),
        add("authorization:\n      type: Token\n      credentials_file: c"),
        add("authorization:\n      type: Basic\n      credentials: c", "not_basic", "type: Basic"),
        add(
            "authorization:\n      type: ' basic '\n      credentials: c", "not_basic", "' basic '"
        ),
        add("authorization:\n      type: Basically\n      credentials: c"),
        add("authorization: token", "KS0401"),
        # OAuth 2.0
        add(
            "oauth2:\n      client_id: a\n      client_secret: s\n      token_url: http://t\n"
            "      scopes: [x]\n      endpoint_params: {a: b}\n      tls_config: {ca_file: c}"
        ),
        add("oauth2:\n      token_url: http://t", "has_client_id", "oauth2:"),
        add("oauth2:\n      client_id: a", "has_token_url", "oauth2:"),
        add('oauth2:\n      token_url: http://t\n      client_id: ""', "has_client_id"),
        add('oauth2:\n      client_id: a\n      token_url: ""', "has_token_url"),
        add(
            "oauth2:\n      client_id: a\n      token_url: b\n      client_secret: c\n"
            "      client_secret_file: d",
            "one_client_secret",
        ),
        add(
            "oauth2:\n      client_id: a\n      token_url: b\n"
            "      grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer\n"
            "      client_certificate_key: c\n      client_certificate_key_file: d",
            "one_client_key",
        ),
        add(
            "oauth2:\n      client_id: a\n      token_url: b\n      signature_algorithm: HS256",
            "KS0409",
        ),
        add(
            "oauth2:\n      client_id: a\n      token_url: b\n      proxy_from_environment: true\n"
            "      proxy_url: http://p",
            "one_proxy",
        ),
        add(
            "oauth2:\n      client_id: a\n      token_url: b\n      tls_config:\n"
            "        cert_file: other.pem",
            "cert_has_key",
        ),
        add("oauth2:\n      client_id: a\n      token_url: b\n      scopes: read", "KS0401"),
        # TLS
        bad("# tls", "ca: PEM", "one_ca"),
        bad("# tls", "cert: PEM", "one_cert"),
        bad("# tls", "key: PEM", "one_key"),
        bad("      key_file: key.pem\n", "", "cert_has_key", "cert_file: cert.pem"),
        bad("      cert_file: cert.pem\n", "", "key_has_cert", "key_file: key.pem"),
        good("      cert_file: cert.pem\n      key_file: key.pem\n", ""),
        good(
            "      cert_file: cert.pem\n      key_file: key.pem\n",
            "      cert: PEM\n      key_file: key.pem\n",
        ),
        bad("min_version: TLS12", "min_version: TLS1.2", "KS0409"),
        bad("min_version: TLS12", "min_version: tls12", "KS0409"),
        bad("max_version: TLS13", "max_version: TLS11", "versions_in_order"),
        good("max_version: TLS13", "max_version: TLS12"),
        bad("insecure_skip_verify: false", "insecure_skip_verify: never", "KS0401"),
        bad("# tls", "ciphers: [a]", "KS0403"),
        # proxies
        add("proxy_url: http://proxy:3128\n    no_proxy: 10.0.0.0/8"),
        add("proxy_from_environment: true"),
        add(
            "proxy_url: http://proxy:3128\n    proxy_from_environment: true",
            "one_proxy",
            "proxy_from_environment",
        ),
        add("proxy_from_environment: true\n    no_proxy: a.example", "environment_has_no_proxy"),
        add("no_proxy: a.example", "no_proxy_has_proxy"),
        add("proxy_connect_header: {A: [b]}", "connect_header_has_proxy"),
        add("proxy_url: http://proxy:3128\n    proxy_connect_header: {A: [b]}"),
        add("proxy_from_environment: true\n    proxy_connect_header: {A: [b]}"),
        add("proxy_url: http://proxy:port", "valid_proxy_url"),
        add('proxy_url: ":3128"', "valid_proxy_url"),
        # headers
        bad("X-Scope:", "Authorization:", "no_reserved_header"),
        bad("X-Scope:", "user-agent:", "no_reserved_header"),
        bad("X-Scope:", "X-Prometheus-Scrape-Timeout-Seconds:", "no_reserved_header"),
        bad("X-Scope:", "Content-Type:", "no_reserved_header"),
        good("X-Scope:", "Content-Language:"),
        bad("values: [one]", "values: one", "KS0401"),
        bad("values: [one]", "value: [one]", "KS0403"),
        # members
        bad("follow_redirects: true", "follow_redirects: always", "KS0401"),
        good("follow_redirects: true", "follow_redirects: off"),
        add("basicauth: {}", "KS0403"),
    ),
)

FILES = Section(
    "file_sd_configs",
    """\
scrape_configs:
  - job_name: node
    file_sd_configs:
      - files:
          - targets/*.json
          - single.yml
        refresh_interval: 10m
        # +
""",
    (
        bad("- single.yml", "- single.txt", "files_are_data"),
        bad("- single.yml", "- single", "files_are_data"),
        bad("- single.yml", "- '*/single.yml'", "files_are_data"),
        bad("- single.yml", "- 'a*/b*.yml'", "files_are_data"),
        bad("- single.yml", "- single.Yml", "files_are_data"),
        good("- single.yml", "- single.YAML"),
        good("- single.yml", "- deep/er/*.d.yml"),
        bad(
            "\n          - targets/*.json\n          - single.yml", " []", "has_files", "files: []"
        ),
        bad(
            "- files:\n          - targets/*.json\n          - single.yml\n        refresh",
            "- refresh",
            "has_files",
            "- refresh_interval",
        ),
        bad("\n          - targets/*.json\n          - single.yml", " a.json", "KS0401", "a.json"),
        bad("refresh_interval: 10m", "refresh_interval: 10", "KS0411"),
        good("refresh_interval: 10m", "refresh_interval: 1h10m"),
        add("names: [a]", "KS0403"),
    ),
)

HTTP = Section(
    "http_sd_configs",
    """\
scrape_configs:
  - job_name: node
    http_sd_configs:
      - url: https://sd.example:8080/targets?a=b
        refresh_interval: 2m
        # +
""",
    (
        bad("url: https://sd.example:8080/targets?a=b", "url: ftp://sd.example/", "url_is_http"),
        bad("url: https://sd.example:8080/targets?a=b", "url: sd.example:8080", "url_is_http"),
        bad("url: https://sd.example:8080/targets?a=b", "url: invalid", "url_is_http"),
        bad("url: https://sd.example:8080/targets?a=b", 'url: ""', "has_url"),
        bad("url: https://sd.example:8080/targets?a=b", "url: http:///targets", "url_has_host"),
        bad("url: https://sd.example:8080/targets?a=b", "url: http://sd:x/", "url_has_host"),
        good("url: https://sd.example:8080/targets?a=b", "url: HTTP://[::1]:80"),
        bad(
            "- url: https://sd.example:8080/targets?a=b\n        refresh",
            "- refresh",
            "has_url",
            "- refresh_interval",
        ),
        bad("refresh_interval: 2m", "refresh_interval: often", "KS0411"),
        add(
            "basic_auth: {username: a}\n        authorization: {credentials: b}",
            "one_authentication",
        ),
        add("basic_auth: {username: a}"),
        add("no_proxy: a", "no_proxy_has_proxy"),
        add("proxy_url: http://p\n        no_proxy: a"),
    ),
)

KUBERNETES = Section(
    "kubernetes_sd_configs",
    """\
scrape_configs:
  - job_name: pods
    kubernetes_sd_configs:
      - role: pod
        # +
      - role: endpoints
        api_server: https://kube:6443
        basic_auth: {username: a, password: b}
        # server
      - role: node
        kubeconfig_file: /home/me/.kube/config
        # kubeconfig
""",
    (
        bad("role: node", "role: vacation", "KS0409"),
        bad("role: node", "role: Node", "KS0409"),
        bad("role: node", "role: apiserver", "old_role"),
        good("role: node", "role: ingress"),
        bad("- role: node\n        kubeconfig", "- kubeconfig", "has_role", "- kubeconfig_file"),
        bad("role: node", "role:", "has_role", "- role:\n"),
        # a client of its own
        add("basic_auth: {username: a}", "client_has_server"),
        add("bearer_token: a", "client_has_server"),
        add("authorization:\n          credentials: a", "client_has_server", "authorization:"),
        add("tls_config:\n          ca_file: a", "client_has_server"),
        add("tls_config:\n          insecure_skip_verify: true", "client_has_server"),
        add("proxy_url: http://p", "client_has_server"),
        add("follow_redirects: false", "client_has_server"),
        add("enable_http2: false", "client_has_server"),
        add("http_headers: {X-A: {values: [b]}}", "client_has_server"),
        add("follow_redirects: true"),
        add("tls_config: {}"),
        bad("# kubeconfig", "basic_auth: {username: a}", "kubeconfig_is_client"),
        bad("# kubeconfig", "enable_http2: false", "kubeconfig_is_client"),
        bad("# kubeconfig", "api_server: https://other", "one_cluster"),
        good("# kubeconfig", "api_server:"),
        bad("api_server: https://kube:6443", "api_server: https://kube:port", "valid_server"),
        good("api_server: https://kube:6443", "api_server: kubernetes:443"),
        bad("# server", "authorization: {credentials: c}", "one_authentication"),
        bad("# server", "bearer_token_file: c", "one_authentication"),
        # namespaces
        add("namespaces: {names: [a, b]}"),
        add("namespaces: {own_namespace: true}"),
        add("namespaces: [a]", "KS0401"),
        add("namespaces: {name: [a]}", "KS0403"),
        bad("# server", "namespaces: {own_namespace: true}", "server_has_no_own_namespace"),
        good("# server", "namespaces: {own_namespace: false}"),
        bad(
            "# kubeconfig",
            "namespaces:\n          own_namespace: true",
            "kubeconfig_has_no_own_namespace",
        ),
        # selectors, by role
        add("selectors: [{role: pod, label: 'app=web'}, {role: node}]"),
        add("selectors:\n          - label: a=b\n            role: service", "selectors_fit"),
        add(
            "selectors:\n          - role: endpoints",
            "selectors_fit",
            "selectors:\n          - role: endpoints",
        ),
        add(
            "selectors:\n          - role: pod\n          - field: a=b\n            role: pod #",
            "one_selector_a_role",
        ),
        good("# server", "selectors:\n          - role: pod\n          - role: service"),
        bad("# server", "selectors: [{role: node}]", "selectors_fit"),
        bad("# server", "selectors: [{role: endpointslice}]", "selectors_fit"),
        bad("# kubeconfig", "selectors: [{role: pod}]", "selectors_fit"),
        good("# kubeconfig", "selectors: [{role: node, field: 'metadata.name!=a'}]"),
        add("selectors: [{role: pod, label: 'a in (b, c),!d,e notin (f), g'}]"),
        add("selectors: [{role: pod, label: 'a in b'}]", "valid_label"),
        add("selectors: [{role: pod, label: 'a=b=c'}]", "valid_label"),
        add("selectors: [{role: pod, label: '-a=b'}]", "valid_label"),
        add("selectors: [{role: pod, field: 'status'}]", "valid_field"),
        add("selectors: [{role: pod, field: 'a=b,c==d'}]"),
        add("selectors: [{role: vacation}]", "KS0409"),
        add("selectors: [{label: a=b}]", "KS0404"),
        add("selectors: [{role: pod, labels: a}]", "KS0403"),
        add("attach_metadata: {node: true, namespace: true}"),
        add("attach_metadata: {pod: true}", "KS0403"),
    ),
)

OTHERS = Section(
    "other kinds of discovery",
    """\
scrape_configs:
  - job_name: node
    consul_sd_configs:
      - server: localhost:8500
        token: secret
    dns_sd_configs:
      - names: [a.example]
    # +
""",
    (
        bad("- names: [a.example]", "-", "KS0406", "dns_sd_configs:\n      -"),
        bad("- names: [a.example]", "names: [a.example]", "KS0401", "names: [a.example]"),
        good("- names: [a.example]", "- names: [a.example]\n        type: A\n        port: 80"),
        add("ec2_sd_configs:\n      - region: eu-west-1"),
        add("ec3_sd_configs: []", "KS0403"),
    ),
)

SECTIONS = (CLIENT, FILES, HTTP, KUBERNETES, OTHERS)
