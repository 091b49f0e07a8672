import ArgumentParser

ConfigCommand.main()
