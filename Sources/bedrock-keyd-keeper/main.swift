import Glibc
import Keeper

// The process that lives for months. `bedrock-keyd run` becomes it (execve), with its descriptors in place.
exit(runKeeper(arguments: Array(CommandLine.arguments.dropFirst())))
