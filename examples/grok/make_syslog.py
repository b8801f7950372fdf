"""Writes `syslog`, the log of an afternoon on a laptop: 274 lines, always the same.

    python examples/grok/make_syslog.py                 # the log, on stdout
    python examples/grok/make_syslog.py > examples/grok/syslog

Nobody's log: the machine, its network and its hardware are made up, and the lines
are the traditional syslog of RFC 3164 (section 4.1), which has no year in its dates.

The afternoon: a phone is plugged in and the laptop runs its daily jobs (13:59), the
lid is closed (15:02), opened (16:03), closed again (18:27) and opened again (18:38).
As on a real machine, what the kernel says while it falls asleep reaches the log only
when it wakes up: the log is silent between 15:02 and 16:03.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

DAY = datetime(2016, 7, 17)  # only the month and the day are printed
ACCESS_POINT = "00:00:5e:00:53:1a"  # from the range for documentation, RFC 7042
HOURLY = "cd / && run-parts --report /etc/cron.hourly"
PIDS = {"NetworkManager": 905, "wpa_supplicant": 1022, "console-kit-daemon": 1377}
BANDS = (
    "2402000 KHz - 2472000 KHz @ 40000 KHz",
    "2457000 KHz - 2482000 KHz @ 20000 KHz",
    "2474000 KHz - 2494000 KHz @ 20000 KHz",
    "5170000 KHz - 5250000 KHz @ 80000 KHz",
    "5735000 KHz - 5835000 KHz @ 80000 KHz",
)


class Log:
    """Lines with their instants; knows how long the kernel has been awake."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[tuple[datetime, int, str]] = []
        self.booted = DAY + timedelta(hours=11, minutes=39, seconds=21)
        self.asleep = timedelta()

    def at(self, clock: str) -> datetime:
        return DAY + timedelta(**dict(zip(("hours", "minutes", "seconds"), map(int, clock.split(":")), strict=True)))

    def add(self, when: datetime, tag: str, message: str) -> None:
        self.lines.append((when, len(self.lines), f"{when:%b %d %H:%M:%S} localhost {tag}: {message}"))

    def say(self, clock: str, program: str, *messages: str, began: str | None = None) -> None:
        """Lines of one program, the first at *clock*, each up to a second after the one before.

        A daemon keeps its process number; another program has one by the time it *began*.
        """
        when = self.at(clock)
        pid = PIDS.get(program, int((self.at(began or clock) - self.booted).total_seconds() // 3))
        for message in messages:
            self.add(when, program if program == "laptop-mode" else f"{program}[{pid}]", message)
            when += timedelta(seconds=self.random.random())

    def kernel(self, clock: str, *messages: str, since: str | None = None) -> None:
        """Kernel lines, all logged at *clock*; their own clock starts at *since* and stands still in sleep."""
        uptime = (self.at(since or clock) - self.booted - self.asleep).total_seconds()
        for message in messages:
            uptime += self.random.uniform(0.00001, 0.08)
            self.add(self.at(clock), "kernel", f"[{uptime:12.6f}] {message}")

    def text(self) -> str:
        return "".join(f"{line}\n" for _, _, line in sorted(self.lines))


def cron(log: Log) -> None:
    """Two jobs; none runs while the lid is closed."""
    for hour in (14, 15, 16, 17, 18, 19):
        for minute in (5, 17, 25, 45):
            clock = f"{hour}:{minute:02}:01"
            if hour == 15 or clock == "19:45:01":
                continue
            hourly = minute == 17
            log.say(clock, "CRON", f"(root) CMD ({HOURLY})" if hourly else "(mia) CMD (bin/sync-notes -q)")


def mains(log: Log) -> None:
    """The charger goes in, a phone too, and anacron runs the daily job."""
    log.kernel(
        "13:59:44",
        "ACPI: AC Adapter [ADP1] (on-line)",
        "usb 2-1.2: new high-speed USB device number 5 using ehci-pci",
        "usb 2-1.2: New USB device found, idVendor=1d6b, idProduct=0104",
        "usb 2-1.2: New USB device strings: Mfr=1, Product=2, SerialNumber=3",
        "usb 2-1.2: Product: Pocket Phone",
        "usb 2-1.2: Manufacturer: Heron Devices",
        "usb-storage 2-1.2:1.0: USB Mass Storage device detected",
        "scsi host6: usb-storage 2-1.2:1.0",
        "sd 6:0:0:0: [sdb] Attached SCSI removable disk",
    )
    log.say("13:59:46", "laptop-mode", "Laptop mode", "enabled, not active", "restarting disk spin-down timers: off")
    log.say("13:59:52", "wpa_supplicant", rekeyed())
    anacron(log, "13:59:55", "14:04:55", "cron.daily")
    log.say("14:21:52", "wpa_supplicant", rekeyed())
    log.say("14:43:52", "wpa_supplicant", rekeyed())
    log.kernel("14:48:09", "usb 2-1.2: USB disconnect, device number 5")
    log.say("14:50:31", "cinnamon-screensaver-dialog", "gkr-pam: unlocked login keyring")


def anacron(log: Log, start: str, run: str, job: str) -> None:
    will = f"Will run job `{job}' in 5 min."
    log.say(start, "anacron", "Anacron 2.3 started on 2016-07-17", will, "Jobs will be executed sequentially")
    done = f"Job `{job}' started", f"Job `{job}' terminated", "Normal exit (1 job run)"
    log.say(run, "anacron", *done, began=start)


def rekeyed() -> str:
    return f"wlan0: WPA: Group rekeying completed with {ACCESS_POINT} [GTK=CCMP]"


def sleep(log: Log, closed: str, opened: str) -> None:
    """The lid is closed, and opened later: both are logged when it is opened."""
    log.say(closed, "NetworkManager", "<info> sleep requested (sleeping: no  enabled: yes)")
    log.kernel(
        opened,
        f"wlan0: deauthenticating from {ACCESS_POINT} by local choice (Reason: 3=DEAUTH_LEAVING)",
        "PM: Syncing filesystems ... done.",
        "PM: Preparing system for mem sleep",
        f"Freezing user space processes ... (elapsed 0.00{log.random.randint(1, 4)} seconds) done.",
        "Freezing remaining freezable tasks ... (elapsed 0.001 seconds) done.",
        "PM: Entering mem sleep",
        "Suspending console(s) (use no_console_suspend to debug)",
        "sd 0:0:0:0: [sda] Synchronizing SCSI cache",
        "sd 0:0:0:0: [sda] Stopping disk",
        f"PM: suspend of devices complete after {log.random.uniform(500, 900):.3f} msecs",
        f"PM: late suspend of devices complete after {log.random.uniform(10, 30):.3f} msecs",
        "ehci-pci 0000:00:1d.0: System wakeup enabled by ACPI",
        f"PM: noirq suspend of devices complete after {log.random.uniform(10, 30):.3f} msecs",
        "ACPI: Preparing to enter system sleep state S3",
        "PM: Saving platform NVS memory",
        "Disabling non-boot CPUs ...",
        *(f"smpboot: CPU {cpu} is now offline" for cpu in (1, 2, 3)),
        since=closed,
    )
    log.asleep += log.at(opened) - log.at(closed) - timedelta(seconds=4)


def wake(log: Log, opened: str, online: str) -> None:
    """The lid is opened and the network comes back."""
    log.kernel(
        opened,
        "ACPI: Low-level resume complete",
        "PM: Restoring platform NVS memory",
        "Enabling non-boot CPUs ...",
        "x86: Booting SMP configuration:",
        *(f"smpboot: Booting Node 0 Processor {cpu} APIC {cpu:#x}" for cpu in (1, 2, 3)),
        *(f"CPU{cpu} is up" for cpu in (1, 2, 3)),
        "ACPI: Waking up from system sleep state S3",
        *(f"ehci-pci 0000:00:{port}.0: System wakeup disabled by ACPI" for port in ("1a", "1d")),
        f"PM: noirq resume of devices complete after {log.random.uniform(10, 30):.3f} msecs",
        f"PM: early resume of devices complete after {log.random.uniform(0.2, 0.9):.3f} msecs",
        *(f"usb usb{bus}: root hub lost power or was reset" for bus in (3, 4)),
        "rtc_cmos 00:02: System wakeup disabled by ACPI",
        "sd 0:0:0:0: [sda] Starting disk",
        *(f"ata{port}: SATA link down (SStatus 0 SControl 300)" for port in (2, 3, 4, 5, 6)),
        "ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)",
        "ata1.00: supports DRM functions and may not be fully accessible",
        "ata1.00: configured for UDMA/133",
        "usb 1-1.4: reset high-speed USB device number 3 using ehci-pci",
        "usb 1-1.6: reset full-speed USB device number 4 using ehci-pci",
        "psmouse serio1: synaptics: queried max coordinates: x [..5712], y [..4780]",
        f"PM: resume of devices complete after {log.random.uniform(1500, 2500):.3f} msecs",
        "PM: Finishing wakeup.",
        "Restarting tasks ... done.",
        "video LNXVIDEO:00: Restoring backlight state",
        "Bluetooth: hci0: read firmware version: 38",
        "Bluetooth: hci0: patch applied and activated",
        "iwlwifi 0000:03:00.0: L1 Enabled - LTR Enabled",
        "iwlwifi 0000:03:00.0: Radio type=0x1-0x2-0x0",
        *("IPv6: ADDRCONF(NETDEV_UP): wlan0: link is not ready" for _ in range(2)),
        "e1000e: eth0 NIC Link is Down",
        "IPv6: ADDRCONF(NETDEV_UP): eth0: link is not ready",
    )
    log.kernel(
        online,
        f"wlan0: authenticate with {ACCESS_POINT}",
        f"wlan0: send auth to {ACCESS_POINT} (try 1/3)",
        "wlan0: authenticated",
        f"wlan0: associate with {ACCESS_POINT} (try 1/3)",
        f"wlan0: RX AssocResp from {ACCESS_POINT} (capab=0x431 status=0 aid=2)",
        "wlan0: associated",
        "IPv6: ADDRCONF(NETDEV_CHANGE): wlan0: link becomes ready",
        "cfg80211: World regulatory domain updated:",
        "cfg80211:  DFS Master region: unset",
        *(f"cfg80211:   ({band}), (N/A, 2000 mBm), (N/A)" for band in BANDS),
    )
    log.say(
        online,
        "wpa_supplicant",
        f"wlan0: SME: Trying to authenticate with {ACCESS_POINT} (SSID='attic' freq=2437 MHz)",
        f"wlan0: Trying to associate with {ACCESS_POINT} (SSID='attic' freq=2437 MHz)",
        f"wlan0: Associated with {ACCESS_POINT}",
        f"wlan0: WPA: Key negotiation completed with {ACCESS_POINT} [PTK=CCMP GTK=CCMP]",
        f"wlan0: CTRL-EVENT-CONNECTED - Connection to {ACCESS_POINT} completed [id=0 id_str=]",
    )
    log.say(
        online,
        "NetworkManager",
        "<info> wake requested (sleeping: yes  enabled: yes)",
        "<info> (wlan0): supplicant interface state: authenticating -> associated",
        "<info> (wlan0): supplicant interface state: associated -> completed",
        "<info> (wlan0): device state change: ip-config -> ip-check (reason 'none') [70 80 0]",
        "<info> (wlan0): device state change: ip-check -> activated (reason 'none') [80 100 0]",
        "<info> Policy set 'attic' (wlan0) as default for IPv4 routing and DNS.",
        "<info> NetworkManager state is now CONNECTED_GLOBAL",
    )
    log.say(
        opened,
        "laptop-mode",
        *(line for _ in range(3) for line in ("Laptop mode", "enabled, not active [unchanged]")),
        "adjusting CPU frequency governor: ondemand",
        "wireless power saving: on",
        "SATA link power management: min_power",
    )


def afternoon() -> Log:
    log = Log(seed=274)
    cron(log)
    mains(log)

    sleep(log, "15:02:10", "16:03:18")
    wake(log, "16:03:18", "16:03:24")
    log.say("16:03:41", "cinnamon-screensaver-dialog", "gkr-pam: unlocked login keyring")
    log.say("16:03:43", "console-kit-daemon", "session 2 is active on seat 1")
    log.say("16:04:02", "anacron", "Anacron 2.3 started on 2016-07-17", "Normal exit (0 jobs run)")
    log.kernel(
        "16:12:37",
        "usb 2-1.1: new low-speed USB device number 6 using ehci-pci",
        "usb 2-1.1: New USB device found, idVendor=1d6b, idProduct=0103",
        "usb 2-1.1: Product: Travel Mouse",
        "input: Heron Devices Travel Mouse as /devices/pci0000:00/0000:00:1d.0/usb2/2-1/2-1.1/2-1.1:1.0/input/input21",
        "hid-generic 0003:1D6B:0103.0002: input,hidraw0: USB HID v1.11 Mouse [Heron Devices Travel Mouse]",
    )
    log.say("16:25:30", "wpa_supplicant", rekeyed())

    log.say("17:09:30", "wpa_supplicant", rekeyed())
    log.say("17:33:05", "NetworkManager", "<info> (wlan0): DHCPv4 client: lease renewed, 43200 seconds")
    log.kernel(
        "17:51:12",
        "CPU2: Core temperature above threshold, cpu clock throttled (total events = 1)",
        "CPU2: Core temperature/speed normal",
    )

    log.say("18:09:30", "wpa_supplicant", rekeyed())
    log.kernel(
        "18:21:48",
        "usb 2-1.2: new high-speed USB device number 7 using ehci-pci",
        "usb 2-1.2: New USB device found, idVendor=1d6b, idProduct=0104",
        "usb-storage 2-1.2:1.0: USB Mass Storage device detected",
        "scsi host6: usb-storage 2-1.2:1.0",
        "sd 6:0:0:0: [sdb] 15633408 512-byte logical blocks: (8.00 GB/7.45 GiB)",
        "sd 6:0:0:0: [sdb] Attached SCSI removable disk",
        "EXT4-fs (sdb1): mounted filesystem with ordered data mode. Opts: (null)",
    )
    sleep(log, "18:27:33", "18:38:06")
    wake(log, "18:38:06", "18:38:12")
    log.say("18:38:20", "cinnamon-screensaver-dialog", "gkr-pam: unlocked login keyring")
    log.say("18:38:22", "console-kit-daemon", "session 2 is active on seat 1")
    anacron(log, "18:39:00", "18:44:00", "cron.weekly")
    log.say("18:48:30", "wpa_supplicant", rekeyed())

    log.kernel("19:03:27", "ACPI: AC Adapter [ADP1] (off-line)", "usb 2-1.2: USB disconnect, device number 7")
    log.say("19:08:30", "wpa_supplicant", rekeyed())
    log.kernel("19:14:02", "perf: interrupt took too long, lowering the sample rate to 50000")
    log.say("19:21:05", "NetworkManager", "<info> (wlan0): DHCPv4 client: lease renewed, 43200 seconds")
    log.say("19:29:54", "console-kit-daemon", "session 2 is idle")
    log.kernel("19:31:40", "usb 2-1.1: USB disconnect, device number 6")
    return log


if __name__ == "__main__":
    print(afternoon().text(), end="")
