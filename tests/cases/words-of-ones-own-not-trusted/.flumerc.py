raise SystemExit("it was read")
