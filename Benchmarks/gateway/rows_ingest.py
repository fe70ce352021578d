"""Rows about what comes in, what is kept, and what the gateway costs when nothing happens."""

import contextlib
import json
import sqlite3
import statistics
import time

from peers import cpu_seconds, filled_database, free_port, resident_mib
from report import Row
from rows_fanout import median, spread

# What a reading with three metrics weighs in memory at least: two times and three values of eight bytes each.
RING_BYTES_PER_READING = 40
# Readings of a machine that the gateway keeps unless told otherwise, and sqlitefloor too.
RING_READINGS = 1000


def load_window(gateway, seconds):
    """CPU microseconds for a reading, readings a second, readings in a commit, over a window."""
    before, cpu, began = gateway.metrics(), cpu_seconds(gateway.pid), time.monotonic()
    time.sleep(seconds)
    after, cpu, passed = gateway.metrics(), cpu_seconds(gateway.pid) - cpu, time.monotonic() - began
    readings, commits = (after[f"telemetryd_store_{name}_total"] - before[f"telemetryd_store_{name}_total"]
                         for name in ("committed_readings", "commits"))
    if readings == 0:
        raise RuntimeError("no reading was committed")
    return {"us": cpu / readings * 1e6, "per_second": readings / passed, "batch": readings / max(commits, 1)}


def ingest(bench, plan):
    """QoS 0: CPU per reading to the committed row, against the two floors at the same size of a batch.

    All with full rings: sqlitefloor fills its own before it measures, and while rings grow SQLite splits pages.
    """
    name, unit = "MQTT in, 100 machines, QoS 0, 20,000 readings/s", "CPU per reading, times mqttfloor + sqlitefloor"
    needs = bench.missing("mqttload", "mqttfloor", "sqlitefloor", "mosquitto")
    if needs:
        yield Row(name, unit, 1.5, reason=needs)
        return
    ratios, detail = [], []
    with bench.broker() as broker, bench.load(broker, "--machines", 100, "--rate", 20_000, "--tick", 5):
        for _ in range(plan.rounds):
            with bench.gateway(mqtt=broker) as gateway:
                gateway.wait_committed(100 * RING_READINGS + 20_000)
                ours = load_window(gateway, plan.seconds)
            received = bench.json_of("mqttfloor", "--port", broker, "--secs", plan.seconds)["cpu_s_per_M"]
            written = bench.json_of("sqlitefloor", "--path", bench.folder / "floor.db", "--batch",
                                    max(1, round(ours["batch"])), "--machines", 100, "--secs", plan.seconds)
            ratios.append(ours["us"] / (received + written["cpu_us_per_row"]))
            detail.append({"us": round(ours["us"], 2), "mqttfloor_us": received, "sqlitefloor_us":
                           written["cpu_us_per_row"], "batch": round(ours["batch"], 1)})
    yield Row(name, unit, 1.5, median(ratios), {"ratios": spread(ratios), "runs": detail})


def acknowledged(bench, plan):
    """QoS 1: `mqttload` is the broker and feeds each subscriber as fast as it acknowledges."""
    name, unit = "MQTT in, QoS 1, acknowledged after the commit", "readings/s, share of mqttfloor's"
    needs = bench.missing("mqttload", "mqttfloor")
    if needs:
        yield Row(name, unit, 0.8, reason=needs, at_least=True)
        return
    shares, detail = [], []
    for _ in range(plan.rounds):
        rates = []
        for subscribe in (mqtt_floor, mqtt_program):
            port = free_port()
            server = bench.start_json_of("mqttload", "--serve", port, "--machines", 100, "--qos", 1, "--rate", 0,
                                         "--inflight", 1000, "--secs", 2 * plan.seconds + 3)
            try:
                time.sleep(0.3)
                rates.append(subscribe(bench, port, plan))
            finally:
                server.terminate()
                server.wait()
        shares.append(rates[1] / rates[0])
        detail.append({"floor": round(rates[0]), "program": round(rates[1])})
    yield Row(name, unit, 0.8, median(shares), {"shares": spread(shares), "readings_per_s": detail}, at_least=True)


def mqtt_floor(bench, port, plan):
    return bench.json_of("mqttfloor", "--port", port, "--qos", 1, "--secs", plan.seconds)["msgs_per_s"]


def mqtt_program(bench, port, plan):
    with bench.gateway(mqtt=port) as gateway:
        gateway.wait_committed(1000)
        return load_window(gateway, plan.seconds)["per_second"]


def together(bench, plan):
    """50,000 readings a second in over 1,000 machines, while 200 clients watch ten machines each."""
    name, unit = "50,000 readings/s in, 200 clients watch 10 machines each", "p99 ms"
    needs = bench.missing("mqttload", "fanout", "mosquitto")
    if needs:
        yield Row(name, unit, 50, reason=needs)
        return
    groups = 20
    found = []
    with bench.broker() as broker:
        for _ in range(plan.long_rounds):
            with bench.gateway(mqtt=broker) as gateway:
                load = bench.start_json_of("mqttload", "--port", broker, "--machines", 1000, "--rate", 50_000,
                                           "--clients", 2, "--tick", 5, "--secs", plan.seconds + 8)
                gateway.wait_committed(50_000)
                memory = resident_mib(gateway.pid)
                watchers = [bench.start_json_of(
                    "fanout", "--port", gateway.port, "--n", 200 // groups, "--secs", plan.seconds, "--event",
                    "machineData", "--quiet", "--join", watch_of(group)) for group in range(groups)]
                runs = [json.loads(one.communicate()[0])["window"] for one in watchers]
                published = json.loads(load.communicate()[0])["sent"]
                gateway.wait_still(published)
                figures = gateway.metrics()
                found.append({"p99_ms": max(run["p99_ms"] for run in runs),
                              "delivered_per_s": round(sum(run["msgs_per_s"] for run in runs)),
                              "published": published, "committed": round(gateway.committed()),
                              "thinned": round(sum(v for k, v in figures.items() if "thinned" in k)),
                              "grown_mib": round(resident_mib(gateway.pid) - memory, 1)})
    lost = any(one["committed"] < one["published"] for one in found)
    yield Row(name, unit, 50, median([one["p99_ms"] for one in found]), {"runs": found, "lost_in_ring": lost})


def watch_of(group):
    names = [machine_name(50 * group + index) for index in range(10)]
    return json.dumps(["watch", {"machines": names}], separators=(",", ":"))


def machine_name(index):
    """As the tools name them: machineA … machineZ, machineAA …"""
    letters, index = "", index + 1
    while index:
        index -= 1
        letters = chr(65 + index % 26) + letters
        index //= 26
    return "machine" + letters


def growing_fleet(bench, plan):
    """CPU per reading at the same 20,000 readings a second over more and more machines."""
    name, unit = "cost as work grows: 10 to 5,000 machines", "most over least CPU per reading"
    needs = bench.missing("mqttload", "mosquitto")
    if needs:
        yield Row(name, unit, 1.25, reason=needs)
        return
    costs = {}
    for machines in (10, 100, 1000, 5000):
        found = []
        with bench.broker() as broker, bench.load(broker, "--machines", machines, "--rate", 20_000, "--tick", 5):
            for _ in range(plan.long_rounds):
                with bench.gateway(mqtt=broker) as gateway:
                    gateway.wait_committed(40_000)
                    found.append(load_window(gateway, plan.seconds)["us"])
        costs[machines] = median(found)
    yield Row(name, unit, 1.25, max(costs.values()) / min(costs.values()),
              {f"us_{machines}": round(value, 2) for machines, value in costs.items()})


def full_store(bench, plan):
    """5,000 machines with 1,000 readings each: start, memory, file. A tenth of it in a quick run, and its targets."""
    machines = plan.store_machines
    size = f"{machines:,} machines × 1,000 readings"
    path = filled_database(bench, machines, 1000)
    rows = stored_bytes(path)
    starts, memory, after = [], [], []
    for _ in range(plan.rounds):
        with bench.gateway(database=path) as gateway:
            starts.append(gateway.start_seconds)
            cpu = cpu_seconds(gateway.pid)
            # Most of the rings come into memory after the start: all of it counts.
            seconds, all_cpu = gateway.wait_quiet()
            memory.append(resident_mib(gateway.pid))
            after.append({"all_read_s": round(seconds, 2), "cpu_ready_s": round(cpu, 2),
                          "cpu_all_read_s": round(all_cpu, 2)})
    ring = machines * 1000 * RING_BYTES_PER_READING / 2**20
    yield Row(f"{size}: start", "s to ready", machines / 5000, median(starts),
              {"each": spread(starts), "after": after})
    yield Row(f"{size}: memory", "MiB", 1.2 * ring + 40, median(memory),
              {"ring_mib": round(ring), "bytes_per_reading": RING_BYTES_PER_READING, "each": spread(memory)})
    if rows is None:
        yield Row(f"{size}: file", "times the rows' bytes", 1.3, reason="this SQLite has no dbstat")
    else:
        yield Row(f"{size}: file", "times the rows' bytes", 1.3, path.stat().st_size / rows, {"rows_bytes": rows})


def stored_bytes(path):
    """Bytes of the rows of `reading` alone, without free space and tree."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            return db.execute("SELECT sum(payload) FROM dbstat WHERE name = 'reading'").fetchone()[0]
        except sqlite3.OperationalError:
            return None


def idle(bench, plan):
    memory, share = [], []
    for _ in range(plan.rounds):
        with bench.gateway("--simulate", "machineA,machineB") as gateway:
            time.sleep(3)
            before, began = cpu_seconds(gateway.pid), time.monotonic()
            time.sleep(2 * plan.seconds)
            share.append(100 * (cpu_seconds(gateway.pid) - before) / (time.monotonic() - began))
            memory.append(resident_mib(gateway.pid))
    yield Row("idle daemon, two simulated machines: memory", "MiB resident", 30, median(memory),
              {"each": spread(memory)})
    yield Row("idle daemon, two simulated machines: CPU", "% of a core", 0.5, median(share), {"each": spread(share)})


def codecs(_, plan):
    """From CodecBenchmark of Benchmarks/Package.swift, which `make bench` builds."""
    rows = {"decode": ("decode of the common payload", 300), "encode": ("encode of a reading", 250)}
    found = {key: [] for key in rows}
    for _ in range(plan.rounds if plan.codec else 0):
        for key, value in plan.run_codec().items():
            found.setdefault(key, []).append(value)
    for key, (name, target) in rows.items():
        yield Row(name, "ns", target, statistics.median(found[key]) if found[key] else None,
                  {"each": spread(found[key])},
                  reason=None if found[key] else "CodecBenchmark was not built")
