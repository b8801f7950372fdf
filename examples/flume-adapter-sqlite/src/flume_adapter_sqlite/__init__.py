"""SQLite for flume: `read('sqlite', file='a.db')`, `write('sqlite', file='a.db')`."""
