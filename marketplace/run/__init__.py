"""Running the house: embedded servers, the processes, the trade, the measurements."""
