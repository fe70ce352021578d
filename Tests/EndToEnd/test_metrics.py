"""GET /metrics: read with the parser of the Prometheus project, and compared with what happened."""

import re

import requests
from prometheus_client.parser import text_string_to_metric_families

from waiting import PATIENCE, until


def scrape(gateway):
    answer = gateway.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    families = list(text_string_to_metric_families(answer.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "a family is there twice"
    samples = {}
    for family in families:
        assert family.name.startswith("telemetryd_"), family.name
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in samples, f"{key} is there twice"
            samples[key] = sample.value
    return samples


def value(samples, name, **labels):
    return samples[(name, tuple(sorted(labels.items())))]


def test_every_family_is_described_and_contiguous(daemon):
    gateway = daemon("--simulate", "a,b", "--simulate-interval", "20ms")
    gateway.wait_seq("a", 5)
    text = gateway.get("/metrics").text
    seen, last = set(), None
    for line in text.splitlines():
        described = re.fullmatch(r"# (?:HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) .+", line)
        name = described[1] if described else re.match(r"[a-zA-Z_:][a-zA-Z0-9_:]*", line)[0]
        family = re.sub(r"_(?:bucket|sum|count)$", "", name)
        if family != last:
            assert family not in seen, f"{family} comes back"
            assert line.startswith("# HELP"), line
            seen.add(family)
            last = family


def test_the_figures_are_those_of_what_happened(daemon, viewer):
    gateway = daemon("--simulate", "sim", "--simulate-interval", "20ms")
    path = gateway.url + "/api/machines/m/readings"
    body = '[{"rpm":1},{"rpm":2},{"rpm":"x"}]'
    assert requests.post(path, data=body, timeout=PATIENCE, headers={"Content-Type": "application/json"}).ok
    one = viewer(gateway.url, transports=["websocket"])
    two = viewer(gateway.url, transports=["polling"])
    for client in (one, two):
        client.ask("joinRoom", "sim")

    def look():
        samples = scrape(gateway)
        try:
            # The client that began with polling may have gone on to WebSocket.
            open_sessions = sum(
                value(samples, "telemetryd_socketio_sessions", transport=name) for name in ("polling", "websocket")
            )
        except KeyError:
            return None
        return samples if open_sessions == 2 else None

    samples = until(look, "both clients are counted")
    assert value(samples, "telemetryd_source_messages_total", source="http") == 1
    assert value(samples, "telemetryd_source_received_bytes_total", source="http") == len(body)
    assert value(samples, "telemetryd_source_committed_readings_total", source="http") == 2
    assert value(samples, "telemetryd_source_refused_total", source="http") == 1
    assert value(samples, "telemetryd_source_connected", source="simulator") == 1
    assert value(samples, "telemetryd_machine_stored_readings_total", machine="m") == 2
    assert value(samples, "telemetryd_machine_received_readings_total", machine="m") == 3
    rejected = [
        amount
        for (name, labels), amount in samples.items()
        if name == "telemetryd_machine_rejected_readings_total" and dict(labels)["machine"] == "m"
    ]
    assert sum(rejected) == 1
    assert value(samples, "telemetryd_machine_state", machine="sim", state="live") == 1
    assert value(samples, "telemetryd_machine_last_seq", machine="m") == 2
    assert value(samples, "telemetryd_store_up") == 1
    assert value(samples, "telemetryd_store_commits_total") == value(samples, "telemetryd_store_batch_readings_count")
    assert value(samples, "telemetryd_store_batch_readings_bucket", le="+Inf") > 0
    assert value(samples, "telemetryd_store_file_bytes", file="database") >= 4096
    assert value(samples, "telemetryd_socketio_sockets", namespace="/machines") == 2
    assert value(samples, "telemetryd_socketio_received_messages_total") >= 4
    assert value(samples, "telemetryd_process_resident_memory_bytes") > 10_000_000
    assert value(samples, "telemetryd_process_open_fds") > 5
    assert value(samples, "telemetryd_process_start_time_seconds") > 1.6e9

    one.close()
    two.close()
    until(
        lambda: value(scrape(gateway), "telemetryd_socketio_sockets", namespace="/machines") == 0
        and value(scrape(gateway), "telemetryd_socketio_sessions", transport="polling") == 0
        and value(scrape(gateway), "telemetryd_socketio_sessions", transport="websocket") == 0,
        "the clients that left are no longer counted",
    )


def test_many_machines_do_not_make_many_series(daemon):
    gateway = daemon("--simulate", "sim", "--history", "1")
    rows = "".join(f"m{number:04},{number}\n" for number in range(1_500))
    answer = requests.post(
        gateway.url + "/api/readings",
        data="machine,rpm\n" + rows,
        headers={"Content-Type": "text/csv"},
        timeout=PATIENCE,
    )
    assert answer.status_code == 202 and answer.json()["accepted"] == 1_500, answer.text[:300]
    samples = scrape(gateway)
    stored = {
        dict(labels)["machine"]: amount
        for (name, labels), amount in samples.items()
        if name == "telemetryd_machine_stored_readings_total"
    }
    assert len(stored) == 1_001
    assert stored["m0000"] == 1
    # m1000 to m1499, and the simulated one, whose name comes behind them.
    assert stored["(others)"] >= 500
