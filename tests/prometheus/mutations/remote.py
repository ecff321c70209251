"""`remote_write` and `remote_read`, and the identities of clouds."""

from __future__ import annotations

from tests.prometheus.mutations.clients import UUID
from tests.prometheus.mutations.table import Section, add, bad, good

WRITE = Section(
    "remote_write",
    """\
remote_write:
  - url: http://first/push
    name: first
    protobuf_message: prometheus.WriteRequest
    remote_timeout: 30s
    headers:
      X-Tenant: a
    # +
    queue_config:
      capacity: 2500
      max_shards: 200
      min_shards: 2
      max_samples_per_send: 500
      batch_send_deadline: 5s
      min_backoff: 1s
      max_backoff: 10s
      # queue
    metadata_config:
      send: true
      send_interval: 1m
      max_samples_per_send: 500
  - name: second
    url: http://second/push
""",
    (
        bad(
            "    url: http://second/push\n",
            "    send_exemplars: true\n",
            "has_url",
            "- name: second",
        ),
        bad("url: http://second/push", "url:", "has_url", "name: second\n    url:"),
        bad("url: http://second/push", 'url: ""', "has_url"),
        bad("url: http://second/push", "url: http://second:port/push", "valid_url"),
        bad("url: http://second/push", "url: 10.0.0.1:9090/push", "valid_url"),
        bad("url: http://second/push", "url: http://second/%zz", "valid_url"),
        good("url: http://second/push", "url: localhost:9090"),
        good("url: http://second/push", "url: https://user:pass@[::1]:9090/push?a=b%20c#d"),
        # names are unique, where there are any
        bad("name: second", "name: first", "remote_writes_are_unique", "- name: first"),
        good("name: second", 'name: ""'),
        good("name: second", "name: First"),
        bad("protobuf_message: prometheus.WriteRequest", "protobuf_message: v2", "KS0409"),
        bad("protobuf_message: prometheus.WriteRequest", 'protobuf_message: ""', "KS0409"),
        good(
            "protobuf_message: prometheus.WriteRequest",
            "protobuf_message: io.prometheus.write.v2.Request",
        ),
        bad("remote_timeout: 30s", "remote_timeout: 30", "KS0411"),
        # headers that are set already
        bad("X-Tenant: a", "authorization: a", "no_authorization_header"),
        bad("X-Tenant: a", "Authorization: a", "no_authorization_header"),
        bad("X-Tenant: a", "x-prometheus-remote-write-version: a", "own_headers"),
        bad("X-Tenant: a", "Content-Encoding: a", "own_headers"),
        bad("X-Tenant: a", "X-Amz-Date: a", "own_headers"),
        bad("X-Tenant: a", "X-Tenant: a\n      HOST: b", "own_headers"),
        good("X-Tenant: a", "X-Host: a"),
        bad("X-Tenant: a", "X-Tenant: [a]", "KS0401"),
        # the queue
        bad("max_shards: 200", "max_shards: 0", "positive_max_shards"),
        bad("max_shards: 200", "max_shards: -1", "positive_max_shards"),
        bad("min_shards: 2\n", "min_shards: 0\n", "positive_min_shards"),
        bad(
            "max_shards: 200\n      min_shards: 2\n",
            "max_shards: 2\n      min_shards: 3\n",
            "shards_in_order",
        ),
        good("max_shards: 200\n      min_shards: 2\n", "max_shards: 3\n      min_shards: 3\n"),
        bad("max_shards: 200\n      min_shards: 2\n", "min_shards: 51\n", "shards_in_order"),
        good("max_shards: 200\n      min_shards: 2\n", "min_shards: 50\n"),
        bad("500\n      batch", "0\n      batch", "positive_samples", "max_samples_per_send: 0"),
        bad("capacity: 2500", "capacity: 0", "positive_capacity"),
        good("capacity: 2500", "capacity: 1"),
        bad("max_backoff: 10s", "max_backoff: 999ms", "backoffs_in_order"),
        good("max_backoff: 10s", "max_backoff: 1s"),
        bad("min_backoff: 1s\n      max_backoff: 10s", "min_backoff: 6s", "backoffs_in_order"),
        good("min_backoff: 1s\n      max_backoff: 10s", "min_backoff: 5s"),
        bad("batch_send_deadline: 5s", "batch_send_deadline: 5", "KS0411"),
        bad("# queue", "max_retries: 3", "KS0403"),
        bad("send_interval: 1m", "send_interval: 1min", "KS0411"),
        bad("send: true", "send: sometimes", "KS0401"),
        # one identity
        add("sigv4: {region: eu-west-1}"),
        add("basic_auth: {username: a}"),
        add("basic_auth: {username: a}\n    authorization: {credentials: b}", "one_authentication"),
        add("basic_auth: {username: a}\n    sigv4: {}", "one_identity"),
        add("sigv4: {}\n    oauth2: {client_id: a, token_url: b}", "one_identity"),
        add(
            f"sigv4: {{}}\n    azuread: {{managed_identity: {{client_id: {UUID}}}}}", "one_identity"
        ),
        add(
            f"azuread: {{managed_identity: {{client_id: {UUID}}}}}\n    authorization:\n"
            "      credentials: a",
            "one_identity",
            "authorization:",
        ),
        add("google_iam: {credentials_file: a}\n    sigv4: {}", "one_identity"),
        add("bearer_token: a\n    google_iam: {credentials_file: a}", "one_identity"),
        add("google_iam: {credentials_file: a}"),
        add("sigv4: {access_key: a}", "key_has_secret"),
        add("sigv4: {secret_key: a}", "secret_has_key"),
        add("sigv4: {access_key: a, secret_key: b}"),
        add("sigv4: {external_id: a}", "external_id_has_role"),
        add("sigv4: {external_id: a, role_arn: b}"),
        add("sigv4: {session_name: a}", "session_name_has_role"),
        add("sigv4: {session_name: a, role_arn: b}"),
        add("sigv4: {tags: {a: b}}", "tags_have_role"),
        add("sigv4: {tags: {a: b}, role_arn: b}"),
        add("sigv4: {regions: [a]}", "KS0403"),
        add("azuread: {}", "has_authentication"),
        add(
            f"azuread: {{sdk: {{}}, managed_identity: {{client_id: {UUID}}}}}", "one_authentication"
        ),
        add("azuread: {managed_identity: {client_id: nobody}}", "valid_client_id"),
        add(f"azuread: {{oauth: {{client_id: {UUID}, client_secret: s}}}}", "KS0404"),
        add(f"azuread: {{oauth: {{client_id: {UUID}, client_secret: s, tenant_id: t.e-n}}}}"),
        add(
            f"azuread: {{oauth: {{client_id: {UUID}, client_secret: s, tenant_id: t/n}}}}",
            "valid_tenant_id",
        ),
        add("azuread: {cloud: AzureMoon, sdk: {}}", "KS0409"),
        add("azuread: {cloud: AzureChina, sdk: {}}"),
        # members
        add("write_relabel_configs:\n      -", "KS0406", "write_relabel_configs:\n      -"),
        add("write_relabel_configs:\n      - action: keep\n        regex: a"),
        add("write_relabel_config: []", "KS0403"),
        add("read_recent: true", "KS0403"),
    ),
)

READ = Section(
    "remote_read",
    """\
remote_read:
  - url: http://first/read
    name: first
    required_matchers:
      job: special
    headers: {X-Tenant: a}
    read_recent: true
    filter_external_labels: false
    chunked_read_limit: 1000
    # +
  - name: second
    url: http://second/read
""",
    (
        bad("- name: second\n    url: http://second/read", "-", "KS0406", "\n  -\n"),
        bad("    url: http://second/read\n", "", "has_url", "- name: second"),
        bad("url: http://second/read", "url: '1:2'", "valid_url"),
        bad("name: second", "name: first", "remote_reads_are_unique", "- name: first"),
        bad("job: special", '"": special', "KS0407"),
        good("job: special", "k8s.job: special"),
        bad("X-Tenant: a", "authorization: a", "no_authorization_header"),
        bad("X-Tenant: a", "Accept-Encoding: a", "own_headers"),
        good("X-Tenant: a", "Accept: a"),
        bad("read_recent: true", "read_recent: recently", "KS0401"),
        bad("chunked_read_limit: 1000", "chunked_read_limit: -1", "KS0402"),
        add("basic_auth: {}\n    bearer_token: a", "one_authentication"),
        add("oauth2: {client_id: a, token_url: b}"),
        add("queue_config: {}", "KS0403"),
        add("proxy_from_environment: true\n    no_proxy: a", "environment_has_no_proxy"),
    ),
)

SECTIONS = (WRITE, READ)
