report = (read('stdio', file='access.jsonl') | memory()).execute()
print(report.read, [point['host'] for point in report.points])
