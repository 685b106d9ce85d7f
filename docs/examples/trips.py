# A percent notebook: cells begin with "# %%". How fast was each trip?
#
# It says 152 km/h for 88 km in 58 minutes. `make demo` looks into it; or:
#   dap-kernel debug docs/examples/trips.py -b '18: duration == "0:58"'

# %% trips
trips = [
    ("Lyon", 310, "3:10"),
    ("Annecy", 130, "2:05"),
    ("Nice", 470, "4:45"),
    ("Arles", 88, "0:58"),
]


# %% speeds
def hours(duration):
    whole, minutes = duration.split(":")
    return int(whole) + float(f"0.{minutes}")


def speed(km, duration):
    return km / hours(duration)


speeds = {town: speed(km, duration) for town, km, duration in trips}

# %% report
fastest = max(speeds, key=speeds.get)
for town, kmh in speeds.items():
    print(f"{town:<8} {kmh:6.1f} km/h{'  fastest' if town == fastest else ''}")
