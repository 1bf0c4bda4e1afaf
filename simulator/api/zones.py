"""Time zones that are known here, and those that are not (the tables of an operating system would have all of them)."""

# Zones without summer time, in minutes east of Greenwich. Others would need the tables of an operating system.
ZONES = {
    "Africa/Johannesburg": 120,
    "Africa/Lagos": 60,
    "Africa/Nairobi": 180,
    "America/Argentina/Buenos_Aires": -180,
    "America/Bogota": -300,
    "America/Phoenix": -420,
    "America/Sao_Paulo": -180,
    "Asia/Bangkok": 420,
    "Asia/Dubai": 240,
    "Asia/Hong_Kong": 480,
    "Asia/Jakarta": 420,
    "Asia/Kolkata": 330,
    "Asia/Manila": 480,
    "Asia/Seoul": 540,
    "Asia/Shanghai": 480,
    "Asia/Singapore": 480,
    "Asia/Taipei": 480,
    "Asia/Tokyo": 540,
    "Etc/UTC": 0,
    "Europe/Istanbul": 180,
    "Europe/Moscow": 180,
    "GMT": 0,
    "UTC": 0,
}
# First parts of the names of zones of which most have summer time.
AREAS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"),
    *("Brazil", "Canada", "Chile", "Etc", "Mexico", "US"),
)


def problem(zone: str) -> str:
    """Why a zone cannot be had; empty if it can."""
    if zone in ZONES:
        return ""
    area, _, place = zone.partition("/")
    if area in AREAS and place[:1].isupper():
        return f"not simulated here: {zone}, only zones without summer time are"
    return f"unknown time zone {zone}"
