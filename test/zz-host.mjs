import '@go-plugin/host'; process.exit()
