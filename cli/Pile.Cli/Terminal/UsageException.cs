namespace Pile.Cli.Terminal;

/// <summary>The command line is invalid. The message has the reason and the correction.</summary>
internal sealed class UsageException(string message) : Exception(message);
