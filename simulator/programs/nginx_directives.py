"""nginx's directives: which are simulated, which make no difference here, which are refused; others are unknown."""

BLOCKS = frozenset(("events", "http", "server", "location", "types"))
SIMULATED = frozenset(("alias", "include", "index", "listen", "return", "root", "server_name"))
# Nothing that a learner could see here would be different with or without them.
EFFECTLESS = """
    accept_mutex access_log charset client_body_buffer_size client_body_timeout client_header_buffer_size client_header_timeout
    client_max_body_size daemon default_type error_log error_page etag gzip gzip_comp_level gzip_disable gzip_http_version
    gzip_min_length gzip_proxied gzip_static gzip_types gzip_vary keepalive_requests keepalive_timeout large_client_header_buffers
    log_format log_not_found map_hash_bucket_size map_hash_max_size multi_accept open_file_cache output_buffers pid
    reset_timedout_connection send_timeout sendfile sendfile_max_chunk server_names_hash_bucket_size server_names_hash_max_size
    tcp_nodelay tcp_nopush types_hash_bucket_size types_hash_max_size use user variables_hash_bucket_size variables_hash_max_size
    worker_connections worker_processes worker_rlimit_nofile worker_shutdown_timeout
"""
UNSIMULATED = """
    absolute_redirect add_header add_trailer allow auth_basic auth_basic_user_file auth_request autoindex
    autoindex_exact_size autoindex_localtime break dav_methods deny env expires fastcgi_param fastcgi_pass geo grpc_pass hash if
    internal ip_hash least_conn limit_conn limit_conn_zone limit_except limit_rate limit_req limit_req_zone load_module mail map
    merge_slashes mirror port_in_redirect proxy_buffering proxy_cache proxy_cache_path proxy_connect_timeout proxy_http_version
    proxy_next_upstream proxy_pass proxy_read_timeout proxy_redirect proxy_send_timeout proxy_set_header real_ip_header resolver
    rewrite satisfy scgi_pass server_name_in_redirect server_tokens set set_real_ip_from split_clients ssi ssl ssl_certificate
    ssl_certificate_key ssl_ciphers ssl_prefer_server_ciphers ssl_protocols ssl_session_cache ssl_session_timeout stream
    stub_status sub_filter try_files upstream uwsgi_pass valid_referers
"""
WITHOUT_EFFECT = frozenset(EFFECTLESS.split())
REFUSED = frozenset(UNSIMULATED.split())


def problem(name: str, inside: bool) -> str:
    """What is wrong with a directive (*inside*: it stands in the block of a table, where any word may); empty if nothing is."""
    if inside or name in BLOCKS or name in SIMULATED or name in WITHOUT_EFFECT:
        return ""
    return f'not simulated here: the directive "{name}"' if name in REFUSED else f'unknown directive "{name}"'
