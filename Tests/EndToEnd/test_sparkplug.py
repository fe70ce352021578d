"""A Sparkplug B edge node, played over a real broker: births, aliases, order, history, deaths, rebirth."""

import paho.mqtt.client as mqtt
import pytest

from sparkplug_wire import metric, payload
from waiting import PATIENCE, Log

NOW = 1_790_000_000_000


class EdgeNode:
    """An edge node `press` of group `plant`, as an MQTT client of its own with its death as last will."""

    def __init__(self, port):
        self.commands = Log()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.on_message = lambda _client, _data, message: self.commands.append(message)
        self.client.will_set("spBv1.0/plant/NDEATH/press", payload([metric("bdSeq", 0)]), qos=1)
        subscribed = Log()
        self.client.on_subscribe = lambda *_: subscribed.append(True)
        self.client.on_connect = lambda *_: self.client.subscribe("spBv1.0/plant/NCMD/press", 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        subscribed.wait_count(1, "the node's subscription to its commands")

    def send(self, kind, metrics, *, seq=None, at=NOW, device=None):
        topic = f"spBv1.0/plant/{kind}/press" + (f"/{device}" if device else "")
        self.client.publish(topic, payload(metrics, seq=seq, at=at), qos=1).wait_for_publish(PATIENCE)

    def close(self):
        self.client.loop_stop()
        self.client.disconnect()


@pytest.fixture
def line(relay, broker):
    """The cable between the node and the broker."""
    return relay(broker.port)


@pytest.fixture
def node(line):
    one = EdgeNode(line.port)
    yield one
    one.close()


@pytest.fixture
def gateway(daemon, broker):
    one = daemon("--mqtt", broker.url, "--sparkplug", "--sparkplug-metric", "Hydraulics/Druck=pressure")
    broker.wait_subscriber()
    return one


def test_a_node_from_birth_to_death(gateway, node, line, viewer):
    # Data before a birth mean nothing yet: refused, and the node is asked for its birth.
    node.send("NDATA", [metric(alias=1, value=1.0)], seq=5)
    [command] = node.commands.wait_count(1, "the rebirth command")
    assert command.topic == "spBv1.0/plant/NCMD/press" and not command.retain
    assert b"Node Control/Rebirth" in command.payload

    names = [metric("bdSeq", 0), metric("Motor/RPM", 1480.5, alias=1), metric("Hydraulics/Druck", 600.0, unit="kPa")]
    node.send("NBIRTH", [*names, metric("Model", "X1"), metric("Oil/Level", 7, alias=3)], seq=0)
    node.send("NDATA", [metric(alias=1, value=1500.0)], seq=2, at=NOW + 2_000)
    node.send("NDATA", [metric(alias=1, value=1490.0)], seq=1, at=NOW + 1_000)
    late = metric(alias=1, value=1.0, at=NOW - 60_000, historical=True)
    node.send("NDATA", [late], seq=3, at=NOW + 3_000)
    gateway.wait_seq("press", 4)
    readings = gateway.readings("press")["readings"]
    assert [reading["rpm"] for reading in readings] == [1480.5, 1490, 1500, 1]
    assert (readings[0]["pressure"], readings[0]["Oil_Level"]) == (6, 7)
    machine = gateway.machines()["press"]
    assert machine["latest"]["rpm"] == 1500, "history is never the present"

    node.send("DBIRTH", [metric("Torque", 12.5, alias=9)], seq=4, device="valve")
    node.send("DDATA", [metric(alias=9, value=13.5)], seq=5, device="valve")
    gateway.wait_seq("press.valve", 2)
    assert [reading["torque"] for reading in gateway.readings("press.valve")["readings"]] == [12.5, 13.5]

    watcher = viewer(gateway.url)
    watcher.join("press.valve")
    line.cut()  # the broker publishes the death in its name
    status = watcher.wait_where("machineStatus", lambda one: one["state"] == "offline", "the device's death")
    assert status["machine"] == "press.valve" and "Sparkplug" in status["reason"]
    assert gateway.machines()["press"]["state"] == "offline"


def test_what_is_no_payload_is_refused_with_a_remedy(gateway, broker):
    broker.publish("spBv1.0/plant/NBIRTH/press", "not protobuf")
    broker.publish("machines/m/rpm", "1")
    gateway.wait_seq("m", 1)
    [refused] = gateway.get("/api/rejected").json()["rejected"]
    assert refused["reason"] == "badSchema" and "Sparkplug" in refused["remedy"]
