// What the MQTT thread needs from C: libmosquitto, and eventfd, which Swift's Glibc module leaves out.
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <sys/eventfd.h>
