"""gnuplot pictures for flume."""
