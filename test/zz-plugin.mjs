import '@go-plugin/plugin'; process.exit()
